class SingleFile:
    INPUT_TYPES = classmethod(lambda cls: {"required": {}})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "single"

    def run(self):
        return ("from one file",)


class NoFunction:
    RETURN_TYPES = ()


NODE_CLASS_MAPPINGS = {"SingleFile": SingleFile, "NoFunction": NoFunction}

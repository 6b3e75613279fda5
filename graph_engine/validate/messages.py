"""Every problem the engine can state: its code, its parameters, and the English sentences.

A client words a problem in its own language from ``code`` and ``params``; the sentences here serve terminals, logs and
clients without words of their own. ``{name}`` in a sentence is a parameter; the table is the list of codes. Where a
problem concerns one node or socket, ``Problem.node`` and ``Problem.socket`` say which; those two are no parameters.
"""

from collections.abc import Mapping
from typing import Any

from graph_engine.validate.problem import Problem, Severity

_LONGEST_SHOWN = 120
# A node's own sentence: its end says what to do.
_LONGEST_SENTENCE = 1000

SENTENCES: Mapping[str, tuple[str, str]] = {
    # The graph as a whole
    "graph.not_an_object": ("The graph is not a JSON object of nodes by id.", "Export it again in API format."),
    "graph.empty": ("The graph has no nodes.", "Add at least one node that saves or shows a result."),
    "graph.too_large": ("The graph has {count} nodes; the limit is {limit}.", "Split it into several workflows."),
    "graph.no_outputs": (
        "The graph has no output node, so nothing would be made.",
        "Add a node that saves or shows a result, such as Save image.",
    ),
    "graph.unknown_target": ("There is no node {target} to run.", "Choose a node of this graph."),
    "graph.cycle": (
        "These nodes wait for each other in a circle: {path}.",
        "Remove one of the wires of the circle.",
    ),
    # The document
    "document.not_ours": ("This is not a Noiseloom workflow: {reason}.", "Open a workflow saved by Noiseloom."),
    "document.newer": (
        "This workflow was saved by a newer Noiseloom (format {version}; this one reads up to {supported}).",
        "Update Noiseloom.",
    ),
    "document.bad_field": ("In the workflow, {where} {reason}.", "Save the workflow again or mend the file."),
    "document.duplicate_node": ("Two nodes have the id {id}.", "Give one of them another id."),
    "wire.unknown_node": ("A wire leads to or from {id}, which is not in the workflow.", "Remove the wire."),
    "wire.unknown_output": ("{source} has no output called {output}.", "Wire one of its outputs: {known}."),
    "wire.unknown_input": ("This node has no input called {input}.", "Remove the wire."),
    "wire.second": ("The input {input} has two wires.", "Remove one of them."),
    "wire.source_muted": (
        "The input {input} comes from {source}, which is muted.",
        "Unmute {source}, or wire the input to something else.",
    ),
    "wire.bypass_dead_end": (
        "The input {input} comes from {source}, which is bypassed and has nothing of type {type} to pass on.",
        "Take {source} out of bypass, or wire the input to something else.",
    ),
    "wire.name_twice": ("Two outputs are sent by the name {name}.", "Give one of them another name."),
    "wire.unknown_name": (
        "The input {input} waits for a wire named {name}, and nothing is sent by that name.",
        "Send an output by that name, or wire the input.",
    ),
    "subgraph.within_itself": (
        "The sub-graph {title} lies within itself.",
        "Take it out of its own inside, or make a copy under another name.",
    ),
    "subgraph.too_deep": ("More than {limit} sub-graphs lie within each other here.", "Flatten some of them."),
    "subgraph.nothing_inside": (
        "The input {input} comes from {source}, and nothing inside it feeds that output.",
        "Open {source} and wire something to the output.",
    ),
    # One node
    "node.not_an_object": ("The node is not a JSON object.", "Export the graph again in API format."),
    "node.bad_id": ("{id} is not a node id.", "Use a text of 1 to 200 characters."),
    "node.no_type": ("The node does not say its type.", "Give it a class_type."),
    "node.too_many_inputs": ("The node has {count} inputs; the limit is {limit}.", "Remove some."),
    "node.unknown_type": (
        "There is no node type {type}.",
        "Install the plug-in that has it, or replace the node.",
    ),
    "node.refuses_input": ("{reason}", "Change the input."),
    "node.check_raised": (
        "The node's own check of its inputs failed: {error}",
        "Look at the node's inputs; if they are fine, report this to its author.",
    ),
    "node.fingerprint_failed": (
        "The node could not say whether its surroundings changed, so it runs: {error}",
        "Report this to its author.",
    ),
    # One input
    "input.missing": ("The input {input} has nothing in it.", "Wire something of type {type} to it, or fill it in."),
    "input.bad_link": (
        "The input {input} holds a list that is not a wire.",
        'A wire is ["node id", output number]; a list value is written {{"__value__": […]}}.',
    ),
    "input.needs_wire": (
        "The input {input} takes a wire of type {type}, not a value.",
        "Wire something of type {type} to it.",
    ),
    "link.unknown_node": ("The input {input} is wired to {source}, which is not in the graph.", "Wire it again."),
    "link.unknown_output": (
        "The input {input} is wired to output {slot} of {source}, which has {count} outputs.",
        "Wire it again.",
    ),
    "link.type_mismatch": (
        "The input {input} takes {expected}, but {source} gives {received}.",
        "Wire something of type {expected} to it.",
    ),
    # One value
    "value.not_an_integer": ("{input} must be a whole number, not {value}.", "Enter a whole number."),
    "value.not_a_number": ("{input} must be a number, not {value}.", "Enter a number."),
    "value.not_a_text": ("{input} must be a text, not {value}.", "Enter a text."),
    "value.not_a_boolean": ("{input} must be true or false, not {value}.", "Choose true or false."),
    "value.too_small": ("{input} is {value}; the smallest value is {minimum}.", "Enter {minimum} or more."),
    "value.too_large": ("{input} is {value}; the largest value is {maximum}.", "Enter {maximum} or less."),
    "value.too_long": ("{input} has {count} characters; the limit is {limit}.", "Shorten it."),
    "value.not_a_choice": ("{input} cannot be {value}.", "Choose one of: {choices}."),
    "value.no_such_file": (
        "{input}: there is no file {value} in the folder {folder}.",
        "Choose a file from the list, or put the file into the folder.",
    ),
    # What opening another program's workflow could not take over as it was
    "import.value_moved": (
        "The saved value of {input} was at another place: the node has changed since.",
        "Check the value.",
    ),
    "import.value_dropped": ("A saved value has no place any more: {value}.", "Check the node's values."),
    "import.socket_moved": ("A wire to {saved} now leads to {input}: the node has changed since.", "Check the wire."),
    "import.socket_lost": ("A wire to {saved} has no place any more: the node has no such input.", "Wire it again."),
    "import.output_lost": ("A wire from output {saved} of {source} has no place any more.", "Wire it again."),
    "import.primitive": ("The value of {title} was written into the nodes it fed.", "Nothing needs to be done."),
    "import.skipped": ("{count} parts of the file could not be read and were left out.", "Check the workflow."),
    "import.page_only": (
        "{title} only helped to edit in ComfyUI's page and was left out.",
        "Nothing needs to be done: what runs is the same.",
    ),
    "import.not_supported": ("{title} ({type}) has no counterpart here and was left out.", "Rebuild that part."),
    # A run
    "node.blocked": ("{reason}", "See to what it asks for, then run again."),
    "expansion.id_taken": (
        "The node expanded to a node called {id}, which the job has already.",
        "Report this to its author: the ids of an expansion must be new.",
    ),
    "node.raised": ("{error}", "Look at the node's inputs; the log holds the details."),
    "node.wrong_result": ("The node returned {received}; it states {expected} outputs.", "Report this to its author."),
    "memory.does_not_fit": (
        "{needed} of device memory are needed, and {available} can be freed.",
        "Use a smaller picture or model, or allow more memory.",
    ),
    "memory.weights_missing": (
        "The model file lacks {count} weights, such as {example}.",
        "Use a complete file; this one may be cut off or of another family.",
    ),
    "memory.unknown_device": (
        "There is no device {device} here: {reason}.",
        "Use auto, cpu, or a device that this machine has.",
    ),
    "memory.no_device": ("This process holds no models.", "Run the workflow in a worker."),
    "memory.exhausted": (
        "Memory ran out: {error}",
        "Use a smaller picture or batch, or close other programs.",
    ),
    "memory.eased_by_evicting": (
        "Memory ran short, so other models and cached results were let go; the step runs again.",
        "Nothing to do; what was let go comes back when it is needed.",
    ),
    "memory.eased_by_half": (
        "Memory ran short, so only half of the model stays on the device; the step runs again, slower.",
        "Use a smaller picture or model, or close other programs.",
    ),
    "memory.eased_by_streaming": (
        "Memory ran short, so the model's weights are read as they are used; the step runs again, slower.",
        "Use a smaller picture or model, or close other programs.",
    ),
    "memory.eased_by_tiles": (
        "Memory ran short, so the picture is worked on in tiles; the step runs again.",
        "Use a smaller picture for a result without tiles.",
    ),
    "memory.eased_by_splitting": (
        "Memory ran short, so the work is done one part at a time; the step runs again, slower.",
        "Use a smaller batch.",
    ),
    "memory.eased_by_host": (
        "The device's memory ran out, so the step runs again on the CPU, much slower.",
        "Use a smaller picture or model, or close other programs.",
    ),
    "file.disk_full": ("The disk is full; {name} could not be written.", "Free some space, then run again."),
    "file.refused": ("{name} is not a name for a file here: {reason}.", "Use a plain name inside the folder."),
    "file.not_found": ("There is no file {name} in the folder {root}.", "Choose another file."),
    "file.unknown_root": ("There is no folder called {root}.", "Use one of: {known}."),
    "file.exists": ("There is already a file {name} in the folder {root}.", "Choose another name."),
    # The worker
    "worker.died": (
        "The worker process ended while the job ran ({how}).",
        "Run the job again; a new worker is being started. The log holds the details.",
    ),
    "worker.faulty": (
        "The worker process cannot be started: {reason}.",
        "Look at the log, mend the cause, then run again.",
    ),
    "worker.silent": (
        "The worker did not stop within {seconds} seconds and was ended.",
        "Run the job again; a new worker is being started.",
    ),
    "worker.closed": ("The server is stopping.", "Run the job again after the start."),
    "job.not_sendable": ("The job cannot be sent to the worker: {reason}.", "Make the graph's values smaller."),
}


def problem(
    code: str,
    /,
    *,
    at: str | None = None,
    socket: str | None = None,
    severity: Severity = "error",
    **params: Any,
) -> Problem:
    """The problem ``code`` with its English sentences filled in; ``at`` is the node. Raises KeyError: unknown code."""
    message, remedy = SENTENCES[code]
    shown = {
        name: _shown(value, _LONGEST_SENTENCE if name == "error" else _LONGEST_SHOWN) for name, value in params.items()
    }
    return Problem(
        code=code,
        message=message.format(**shown),
        params=params,
        node=at,
        socket=socket,
        severity=severity,
        remedy=remedy.format(**shown),
    )


def _shown(value: Any, longest: int) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)  # pyright: ignore[reportUnknownArgumentType]
    return text if len(text) <= longest else text[: longest - 1] + "…"

/** The front end of the example plug-in: a widget, a command, a panel, and an ear for events. See docs/extensions.md. */

/** A slider in the place of the number field. The page keeps the value and its history. */
function mountSlider(element, value) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = "4";
  slider.step = "0.05";
  slider.className = "example-brightness";
  slider.setAttribute("aria-label", value.label);
  slider.value = String(value.get());
  slider.addEventListener("input", () => value.set(Number(slider.value)));
  value.onChange((now) => {
    slider.value = String(now);
  });
  element.append(slider);
}

export default (api) => {
  api.widgets.register({ node: "ExampleBrightness", input: "factor", mount: mountSlider });

  api.commands.register({
    id: "reset",
    title: { en: "Reset brightness", "zh-CN": "重置亮度" },
    when: () => api.workflow.document().nodes.some((node) => node.type === "ExampleBrightness"),
    run: () => {
      for (const node of api.workflow.document().nodes) {
        if (node.type === "ExampleBrightness") api.workflow.setWidget(node.id, "factor", 1);
      }
    },
  });

  const lines = api.storage.get("lines") ?? [];
  let list = null;
  const draw = () => {
    list?.replaceChildren(
      ...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
  };
  api.panels.register({
    id: "log",
    title: { en: "Brightness log", "zh-CN": "亮度记录" },
    mount: (element) => {
      list = document.createElement("ul");
      element.append(list);
      draw();
      return () => {
        list = null;
      };
    },
  });

  // `ExampleBrightness` sends this with `PromptServer.instance.send_sync`.
  api.on("node.message", ({ event }) => {
    if (event.kind !== "example.brightness") return;
    lines.push(`${event.node}: ${event.data.mean.toFixed(3)}`);
    lines.splice(0, lines.length - 20);
    api.storage.set("lines", lines);
    draw();
  });
};

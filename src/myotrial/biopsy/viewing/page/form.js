// The reading form of a section: a grade or a number, or that it cannot be read and why.

export class Form {
  constructor(element, save) {
    Object.assign(this, { element, state: null });
    element("unreadable").addEventListener("change", () => this.toggle());
    element("reading").addEventListener("submit", (event) => {
      event.preventDefault();
      save(this.given());
    });
  }

  ask(state) {
    this.state = state;
    const unit = state.unit ? `, ${state.unit}` : "";
    this.element("asked").textContent = `${state.question}${unit}`;
    const choices = state.grades
      ? Array.from({ length: state.grades }, (_, grade) => this.choice("radio", grade))
      : [this.choice("number")];
    this.element("choices").replaceChildren(...choices);
  }

  choice(type, grade) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type, name: "value" });
    if (type === "radio") {
      input.value = grade;
      label.append(input, ` ${grade}`);
    } else {
      Object.assign(input, { min: 0, step: "any", inputMode: "decimal", autocomplete: "off" });
      input.setAttribute("aria-labelledby", "asked");
      label.append(input);
    }
    return label;
  }

  show(section, locked) {
    const { value = null, reason = "" } = section.answer ?? {};
    for (const input of this.inputs()) {
      if (input.type === "radio") input.checked = value !== null && Number(input.value) === value;
      else input.value = value ?? "";
    }
    this.element("unreadable").checked = Boolean(section.answer) && value === null;
    this.element("reason").value = reason;
    const told = section.told.map((one, index) => `reading ${index + 1}: ${one ?? "rejected"}`);
    this.element("told").hidden = !told.length;
    this.element("told").textContent = `Readers disagree. ${told.join(", ")}.`;
    for (const control of this.element("reading").elements) control.disabled = locked;
    this.toggle(locked);
  }

  inputs() {
    return [...this.element("choices").querySelectorAll("input")];
  }

  toggle(locked = false) {
    const off = this.element("unreadable").checked;
    this.element("why").hidden = !off;
    for (const input of this.inputs()) input.disabled = off || locked;
  }

  given() {
    if (this.element("unreadable").checked) {
      return { value: null, reason: this.element("reason").value };
    }
    const inputs = this.inputs();
    const input = inputs[0].type === "radio" ? inputs.find((one) => one.checked) : inputs[0];
    if (!input || input.value.trim() === "" || !input.checkValidity()) return null;
    return { value: Number(input.value), reason: "" };
  }
}

// Small comforts; every page works without them.

// "Add a line" copies the last row of a formset, emptied and renumbered.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const prefix = button.dataset.addRow;
  const rows = document.querySelectorAll(`[data-row="${prefix}"]`);
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const last = rows[rows.length - 1];
  const copy = last.cloneNode(true);
  for (const node of copy.querySelectorAll("[id],[for],[name],[aria-describedby]")) {
    for (const name of ["id", "for", "name", "aria-describedby"]) {
      if (node.hasAttribute(name)) {
        const numbered = node.getAttribute(name).replace(`${prefix}-${rows.length - 1}-`, `${prefix}-${rows.length}-`);
        node.setAttribute(name, numbered);
      }
    }
  }
  for (const field of copy.querySelectorAll("input:not([type=hidden]):not([type=checkbox])")) field.value = field.defaultValue = "";
  for (const message of copy.querySelectorAll(".invalid-feedback")) message.remove();
  total.value = rows.length + 1;
  last.after(copy);
  copy.querySelector("input:not([type=hidden]),select").focus();
});

// A field that matters to one answer only shows with it.
function showFields() {
  for (const field of document.querySelectorAll("[data-when]")) {
    const [name, answers] = field.dataset.when.split("=");
    field.closest(".mb-3").hidden = !answers.split(",").includes(field.form.elements[name].value);
  }
}
showFields();
document.addEventListener("change", showFields);
window.addEventListener("pageshow", showFields);

// A form is sent once, however often one presses.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A table wider than the screen can be scrolled with the keyboard.
for (const box of document.querySelectorAll(".table-responsive")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}

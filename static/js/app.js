// Small comforts; every page works without them.

// The blank lines of a form wait until they are asked for; without JavaScript they all show.
function isTouched(row) {
  return [...row.querySelectorAll("input:not([type=hidden]),select,textarea")].some((field) =>
    field.options ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue);
}
function hideBlankRows() {
  for (const row of document.querySelectorAll("[data-blank]")) row.hidden = !isTouched(row);
}
hideBlankRows();
window.addEventListener("pageshow", hideBlankRows); // the browser may have given back what was typed

// "Add a line" shows the next blank row, else copies the last row of a formset, emptied and renumbered.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const prefix = button.dataset.addRow;
  const rows = document.querySelectorAll(`[data-row="${prefix}"]`);
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const last = rows[rows.length - 1];
  const blank = [...rows].find((row) => row.hidden);
  if (blank) {
    blank.hidden = false;
    delete blank.dataset.blank;
    blank.querySelector("input:not([type=hidden]),select").focus();
    return;
  }
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
  for (const box of copy.querySelectorAll("[type=checkbox]")) box.checked = false;
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

// A form is sent once, however often one presses; a preview in a tab of its own leaves it to be sent.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.submitter?.formTarget === "_blank") return;
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

// A table shown as cards on a phone stays a table for those who listen to it.
const ROLES = { "": "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", "th[scope=col]": "columnheader", "th[scope=row]": "rowheader" };
for (const [part, role] of Object.entries(ROLES)) {
  for (const each of document.querySelectorAll(`.table-stacked ${part}`)) each.setAttribute("role", role);
}

// The tab where one is comes into view.
for (const tab of document.querySelectorAll(".nav-tabs-scroll .active")) {
  const box = tab.parentElement;
  box.scrollLeft = tab.offsetLeft - box.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
}

// An item of a list is dragged to its place; its arrows do the same by keyboard or finger.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-drag] > *");
});
document.addEventListener("dragover", (event) => {
  if (dragged && event.target.closest("[data-drag]") === dragged.parentElement) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const place = event.target.closest("[data-drag] > *");
  if (!dragged || !place || place === dragged) return;
  event.preventDefault();
  const rows = [...dragged.parentElement.children];
  const form = dragged.querySelector("form");
  form.elements.places.value = rows.indexOf(place) - rows.indexOf(dragged);
  form.submit();
});

// Whoever is no longer signed in is sent to the door, not shown it inside the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const asked = event.detail.pathInfo.requestPath.split("?")[0];
  if (new URL(event.detail.xhr.responseURL).pathname === asked) return;
  event.preventDefault();
  location.reload();
});

// Adds a copy button to each sample. Without scripts there is no button, and the text can still be selected.
"use strict";

const samples = document.querySelector(".samples");

/** Copy through the clipboard, or select the text where the browser allows no clipboard (plain HTTP on a local network). */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}

for (const sample of samples.querySelectorAll(".sample")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = samples.dataset.copy;
  button.setAttribute("aria-describedby", sample.getAttribute("aria-labelledby"));
  button.addEventListener("click", async () => {
    if (!(await copy(sample.querySelector("code")))) return;
    button.textContent = samples.dataset.copied;
    setTimeout(() => { button.textContent = samples.dataset.copy; }, 2000);
  });
  sample.querySelector(".actions").append(button);
}

// Tells how hard a new password is to guess, while it is typed. The estimator is large, so it is fetched when somebody begins to type.

const longest = 100; // the estimate of a longer one takes long and says the same
let estimator;

function fetchEstimator(address) {
  estimator ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.zxcvbn));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return estimator;
}

for (const meter of document.querySelectorAll("[data-strength]")) {
  const input = document.getElementById(meter.dataset.strength);
  const words = meter.dataset.words.split("|");
  const [bar, word] = meter.children;

  const tell = async () => {
    let estimate;
    try {
      estimate = await fetchEstimator(meter.dataset.estimator);
    } catch {
      return; // no estimate, no meter: the server decides anyway
    }
    meter.hidden = input.value === "";
    if (meter.hidden) { word.textContent = ""; return; }
    // What stands in the other fields is known to an attacker.
    const known = [...input.form.querySelectorAll("input:not([type=password]):not([type=hidden])")].map(other => other.value).filter(value => value !== "");
    const { score } = estimate(input.value.slice(0, longest), ["pynomaly", ...known]);
    bar.dataset.score = String(score);
    if (word.textContent !== words[score]) word.textContent = words[score];
  };
  input.addEventListener("input", tell);
  if (input.value !== "") tell();
}

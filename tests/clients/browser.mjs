// A real browser: Chromium without a window.
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** A browser, and what its pages complain about. */
export async function open(options = {}) {
  const browser = await chromium.launch({
    executablePath: find(),
    // Root may start it too; and it asks nobody but the server.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  const context = await browser.newContext(options);
  const complaints = [];
  context.on("page", (page) => {
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
    page.on("requestfailed", (it) => complaints.push(`${it.url()} ${it.failure()?.errorText}`));
  });
  return { context, complaints, close: () => browser.close() };
}

function find() {
  for (const name of NAMES) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      // The next one, perhaps.
    }
  }
  throw new Error(`a browser is needed: install one of ${NAMES.join(", ")}`);
}

/** Loads the front ends of plug-ins, switches them on and off. */

import { getExtensions } from "@/api/client";
import { t } from "@/i18n/i18n";
import {
  extensionFailed,
  forgetFailure,
  isWanted,
  type KnownExtension,
  onSwitch,
  setExtension,
  useExtensions,
} from "@/state/page/extensions";
import { notify } from "@/state/page/notices";
import { API_VERSION, type ExtensionApi, makeApi } from "./api";

type Entry = (api: ExtensionApi) => unknown;

const running = new Map<string, () => void>();

/** Ask the server which there are, and load those that are wanted. In safe mode none. */
export async function loadExtensions(): Promise<void> {
  onSwitch((name, on) => void switchExtension(name, on));
  const { extensions } = await getExtensions().catch(() => ({ extensions: [] }));
  useExtensions.setState({
    list: extensions.map((info) => ({
      ...info,
      style: info.style ?? null,
      state: info.problem === "" ? "off" : "failed",
      error: info.problem,
    })),
  });
  const { list, safe } = useExtensions.getState();
  if (safe) {
    notify("warning", t("extensions.safe"));
    return;
  }
  await Promise.all(list.filter((item) => item.problem === "" && isWanted(item)).map(start));
}

async function switchExtension(name: string, on: boolean): Promise<void> {
  forgetFailure(name);
  stop(name);
  const item = useExtensions.getState().list.find((other) => other.name === name);
  if (item === undefined) return;
  if (on) await start(item);
  else setExtension(name, { state: "off", error: "" });
}

async function start(item: KnownExtension): Promise<void> {
  const { name, entry, style } = item;
  if (item.api > API_VERSION) {
    setExtension(name, { state: "too_new", error: "" });
    return;
  }
  setExtension(name, { state: "loading", error: "" });
  const { api, end } = makeApi(name);
  const sheet = style === null ? null : addStyle(style);
  const stopIt = () => {
    end();
    sheet?.remove();
  };
  running.set(name, stopIt);
  try {
    const module = (await import(/* @vite-ignore */ entry)) as { default?: Entry };
    if (typeof module.default !== "function") throw new Error(`${entry} exports no function as default.`);
    const extra = await module.default(api);
    if (typeof extra === "function") {
      running.set(name, () => {
        try {
          (extra as () => void)();
        } catch (error) {
          extensionFailed(name, "end", error);
        }
        stopIt();
      });
    }
    // What it registered may have failed already.
    if (useExtensions.getState().list.find((other) => other.name === name)?.state === "loading") {
      setExtension(name, { state: "loaded" });
    }
  } catch (error) {
    stop(name);
    extensionFailed(name, "start", error);
  }
}

function stop(name: string): void {
  running.get(name)?.();
  running.delete(name);
}

function addStyle(address: string): HTMLLinkElement {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = address;
  document.head.append(sheet);
  return sheet;
}

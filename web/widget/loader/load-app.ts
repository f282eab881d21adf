import { APP_READY, type MountApp, type MountedApp, type PublicWidget } from '../mount.ts';

export interface LoadOptions {
  readonly apiBase: string;
  readonly widgetId: string;
  readonly root: ShadowRoot;
  /** Of the tag that embeds the loader: a page that trusts it by nonce trusts the app with it. */
  readonly nonce: string;
  readonly onClose: () => void;
}

const WITHIN_MS = 20_000;

/**
 * Asks for the widget's public configuration and loads the app it names: only the script whose hash stands there.
 * So a flaw in the app can be mended without touching the pages that embed the loader.
 */
export async function loadApp({ apiBase, widgetId, root, nonce, onClose }: LoadOptions): Promise<MountedApp> {
  const answer = await fetch(`${apiBase}/v1/channel/widgets/${encodeURIComponent(widgetId)}`, {
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  if (!answer.ok) throw new Error(`the widget's configuration answered ${answer.status}`);
  const widget = (await answer.json()) as PublicWidget;
  const { url, integrity } = widget.app ?? {};
  // An empty integrity would be no check at all.
  if (!url || !integrity || !/^sha(256|384|512)-./.test(integrity)) throw new Error('no app is published');
  const mount = await loadScript(url, integrity, nonce);
  return mount({ root, widget, apiBase, onClose });
}

/** A browser lets a second script of one address wait for the first, which may never come: its address has to differ. */
let timesLate = 0;

function loadScript(url: string, integrity: string, nonce: string): Promise<MountApp> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const fail = () => end(() => reject(new Error('the app could not be loaded, or is not what was published')));
    const limit = setTimeout(() => {
      timesLate += 1;
      fail();
    }, WITHIN_MS);
    const end = (tell: () => void) => {
      clearTimeout(limit);
      script.remove();
      tell();
    };
    script.src = trusted(timesLate > 0 ? `${url}?${timesLate}` : url) as string;
    script.integrity = integrity;
    script.crossOrigin = 'anonymous';
    script.nonce = nonce;
    // Told on its own element: another widget's app on the page cannot be taken for this one.
    script.addEventListener(APP_READY, (event) => end(() => resolve((event as CustomEvent<MountApp>).detail)));
    script.onerror = fail;
    script.onload = fail; // Without effect once the app has told of itself.
    document.head.append(script);
  });
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}
interface Policy {
  createScriptURL(url: string): unknown;
}

/** One policy for all loaders of a page: with `trusted-types understudy` a second of that name would be refused. */
const POLICY = Symbol.for('understudy.policy');

/** On pages that demand Trusted Types a script's address has to come from a policy. */
function trusted(url: string): unknown {
  const page = window as Window & { trustedTypes?: TrustedTypes; [POLICY]?: Policy };
  page[POLICY] ??= page.trustedTypes?.createPolicy('understudy', {
    createScriptURL: (address) => {
      if (/\/widget\/v\d+\/app-[0-9a-f]+\.js$/.test(new URL(address).pathname)) return address;
      throw new TypeError('not a script of the widget');
    },
  });
  return page[POLICY]?.createScriptURL(url) ?? url;
}

/*
 * trusted: the one Trusted Types policy, for a server that asks for it.
 *
 * MapLibre starts its worker by address and parses attributions as HTML; the app starts a service
 * worker and one that writes packs. Only these, of our own origin, are let through, and HTML is made
 * harmless text. Nothing else in the app needs either.
 */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string; createHTML(html: string): string },
  ): unknown;
}

function hasTrustedTypes(scope: object): scope is { trustedTypes: PolicyFactory } {
  return (
    'trustedTypes' in scope && typeof scope.trustedTypes === 'object' && scope.trustedTypes !== null
  );
}

export function scriptUrlAllowed(url: string, origin: string): boolean {
  const target = new URL(url, origin);
  return (
    target.origin === origin &&
    /^\/(sw\.js|assets\/(maplibre-gl|pack)-worker-[\w-]+\.m?js)$/.test(target.pathname)
  );
}

export function htmlAsText(html: string): string {
  return html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function trustedStart(): void {
  const scope: object = globalThis;
  if (!hasTrustedTypes(scope)) return;
  scope.trustedTypes.createPolicy('default', {
    createScriptURL: (url) => {
      // Vite serves the worker from another path while developing.
      if (import.meta.env.DEV || scriptUrlAllowed(url, location.origin)) return url;
      throw new TypeError('only our own worker may be started');
    },
    createHTML: htmlAsText,
  });
}

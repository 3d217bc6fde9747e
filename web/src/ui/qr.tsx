/*
 * qr: an address as a QR code, drawn as one SVG path.
 *
 * The encoder is the npm package uqr (MIT, a port of Nayuki's): a small, well-kept library beats our
 * own Reed and Solomon. It is loaded when the first code is shown.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

interface Drawn {
  readonly size: number;
  readonly path: string;
}

export function pathOfModules(modules: readonly (readonly boolean[])[]): string {
  return modules.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1Z` : ''))).join('');
}

export function Qr({ text, label }: { text: string; label: string }): JSX.Element | null {
  const drawn = useSignal<Drawn | null>(null);
  useEffect(() => {
    let current = true;
    void import('uqr').then(({ encode }) => {
      if (!current) return;
      const { data, size } = encode(text, { ecc: 'M', border: 4 });
      drawn.value = { size, path: pathOfModules(data) };
    });
    return () => {
      current = false;
    };
  }, [text]);
  if (drawn.value === null) return <div class="qr" />;
  const { size, path } = drawn.value;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}

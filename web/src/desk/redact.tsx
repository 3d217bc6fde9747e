/* redact: boxes drawn over a photo; what lies under them is gone for everybody. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { say, T } from '../ui/text';
import { type Box, boxFromDrag } from './queue';

const percent = (thousandths: number): string => `${thousandths / 10}%`;

const styleOf = (box: Box): Record<string, string> => ({
  left: percent(box.left),
  top: percent(box.top),
  width: percent(box.right - box.left),
  height: percent(box.bottom - box.top),
});

/** With the keyboard: a box in the middle that arrows move and, with Shift, stretch. */
function moved(box: Box, key: string, stretch: boolean): Box | null {
  const dx = key === 'ArrowLeft' ? -20 : key === 'ArrowRight' ? 20 : 0;
  const dy = key === 'ArrowUp' ? -20 : key === 'ArrowDown' ? 20 : 0;
  if (dx === 0 && dy === 0) return null;
  const next = {
    left: box.left + (stretch ? 0 : dx),
    right: box.right + dx,
    top: box.top + (stretch ? 0 : dy),
    bottom: box.bottom + dy,
  };
  const fits = next.left >= 0 && next.top >= 0 && next.right <= 1000 && next.bottom <= 1000;
  return fits && next.right - next.left >= 20 && next.bottom - next.top >= 20 ? next : null;
}

export function Redact({
  src,
  alt,
  boxes,
  change,
}: {
  src: string;
  alt: string;
  boxes: readonly Box[];
  change: (boxes: Box[]) => void;
}): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const drag = useSignal<Box | null>(null);
  const at = (event: PointerEvent): { x: number; y: number } => {
    const rect = frame.current?.getBoundingClientRect();
    return { x: event.clientX - (rect?.left ?? 0), y: event.clientY - (rect?.top ?? 0) };
  };
  const boxTo = (event: PointerEvent): Box | null => {
    const rect = frame.current?.getBoundingClientRect();
    return start.current === null || rect === undefined
      ? null
      : boxFromDrag(start.current, at(event), rect);
  };
  return (
    <div class="redact">
      <p class="hint">
        <T k="desk.redact.help" />
      </p>
      <div
        class="redact-frame"
        ref={frame}
        onPointerDown={(event) => {
          if (event.target instanceof HTMLButtonElement) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = at(event);
        }}
        onPointerMove={(event) => {
          if (start.current !== null) drag.value = boxTo(event);
        }}
        onPointerUp={(event) => {
          const box = boxTo(event);
          start.current = null;
          drag.value = null;
          if (box !== null && boxes.length < 40) change([...boxes, box]);
        }}
        onPointerCancel={() => {
          start.current = null;
          drag.value = null;
        }}
      >
        <img src={src} alt={alt} draggable={false} />
        {boxes.map((box, i) => (
          <button
            type="button"
            key={i}
            class="redact-box"
            style={styleOf(box)}
            aria-label={say('desk.redact.box', { n: i + 1 })}
            onClick={() => change(boxes.filter((_, other) => other !== i))}
            onKeyDown={(event) => {
              const next = moved(box, event.key, event.shiftKey);
              if (next === null) return;
              event.preventDefault();
              change(boxes.map((item, other) => (other === i ? next : item)));
            }}
          />
        ))}
        {drag.value !== null && <span class="redact-box" style={styleOf(drag.value)} />}
      </div>
      <button
        type="button"
        class="text-button"
        disabled={boxes.length >= 40}
        onClick={() => change([...boxes, { left: 400, top: 400, right: 600, bottom: 600 }])}
      >
        <T k="desk.redact.add" />
      </button>
    </div>
  );
}

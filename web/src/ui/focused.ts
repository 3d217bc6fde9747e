/*
 * focused: a screen that opens takes the focus, so that a reader begins where the eye does.
 *
 * Before the screen is painted: whoever already tabs on is not pulled back to the heading.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** The element to begin at; again whenever `what` is something else. */
export function useFocused<E extends HTMLElement>(what?: unknown): RefObject<E | null> {
  const element = useRef<E>(null);
  useLayoutEffect(() => element.current?.focus({ preventScroll: true }), [what]);
  return element;
}

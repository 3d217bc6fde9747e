/*
 * patience: how long a request may take, beside whoever else may stop it.
 *
 * Not AbortSignal.any: Safari has it from 17.4 only, and tablets of schools stay on older ones for
 * years. A page that asked with it there would call every question unanswered.
 */
export function within(ms: number, other?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  if (other === undefined) return timeout;
  const either = new AbortController();
  for (const signal of [other, timeout]) {
    const stop = (): void => either.abort(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }
  return either.signal;
}

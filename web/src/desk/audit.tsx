/* audit: who did what to what, in the order of the chain; without texts and addresses. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isJson, textOf } from '../api/parse';
import { T } from '../ui/text';
import { ask } from './ask';
import { clockText, Failed, Loading, tell } from './parts';

interface Row {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly reason: string;
}

function rowsFromJson(json: unknown): Row[] | null {
  if (!isJson(json) || !Array.isArray(json.rows)) return null;
  return json.rows.filter(isJson).map((row) => ({
    seq: Number(row.seq),
    at: textOf(row.at),
    actor: textOf(row.actor_name) || textOf(row.actor),
    action: textOf(row.action),
    object: textOf(row.object),
    reason: textOf(row.reason),
  }));
}

export function Audit(): JSX.Element {
  const rows = useSignal<readonly Row[] | null>(null);
  const failed = useSignal(false);
  const load = async (): Promise<void> => {
    const answer = await ask('GET', '/api/audit', rowsFromJson);
    failed.value = !answer.ok;
    if (answer.ok) rows.value = answer.value;
    else if (answer.failure.status === 401) tell(answer.failure);
  };
  useEffect(() => {
    void load();
  }, []);
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.audit" />
        </h2>
      </div>
      <p class="hint">
        <T k="desk.audit.hint" />
      </p>
      {failed.value && rows.value === null && <Failed retry={() => void load()} />}
      {!failed.value && rows.value === null && <Loading />}
      {rows.value !== null && (
        <table class="desk-table">
          <caption class="sr">
            <T k="desk.tab.audit" />
          </caption>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">
                <T k="desk.audit.at" />
              </th>
              <th scope="col">
                <T k="desk.audit.actor" />
              </th>
              <th scope="col">
                <T k="desk.audit.action" />
              </th>
              <th scope="col">
                <T k="desk.reason" />
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <tr key={row.seq}>
                <td>{row.seq}</td>
                <td>{clockText(row.at)}</td>
                <td>{row.actor.slice(0, 24) || '—'}</td>
                <td>
                  {row.action}
                  <br />
                  <span class="hint">{row.object.slice(0, 8)}</span>
                </td>
                <td>{row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

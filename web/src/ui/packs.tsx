/* packs: the list of maps to take along: size, age, progress, pause, delete, all or a part. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Layer } from '../api/layers';
import type { PackRow } from '../data/cache';
import { packShare } from '../data/packs';
import { cityFormat } from '../i18n/time';
import { mapBounds } from '../state/comments';
import {
  offered,
  outcome,
  packDrop,
  packGet,
  packPause,
  packs,
  packsLook,
  taking,
} from '../state/packs';
import { lang } from '../state/prefs';
import { Section } from './device';
import { sizeText } from './measure';
import { say, T } from './text';

function Title({ name }: { name: string }): JSX.Element {
  return name === 'city' ? <T k="pack.city" /> : <T k="pack.other" p={{ name }} />;
}

function day(ms: number): string {
  return cityFormat(lang.value, { dateStyle: 'long' }).format(ms);
}

function Progress({ row }: { row: PackRow }): JSX.Element {
  const { here, of } = packShare(row);
  const words = say('pack.progress', { here: sizeText(here), size: sizeText(of) });
  return (
    <>
      <progress max={of} value={here} aria-label={words} />
      <p class="soft">{words}</p>
    </>
  );
}

function Pack({ layer, row }: { layer: Layer; row: PackRow | undefined }): JSX.Element {
  const { name } = layer;
  const busy = taking.value === name;
  const other = taking.value !== null && !busy;
  const area = row?.area ?? null;
  const old = row !== undefined && row.version !== layer.version && layer.version !== '';
  const take = (box: PackRow['area']) => () => void packGet(name, box);
  return (
    <li class="pack">
      <p class="pack-name">
        <strong>
          <Title name={name} />
        </strong>
        <span class="soft">{sizeText(layer.bytes)}</span>
      </p>
      {layer.madeMs > 0 && (
        <p class="soft">
          <T k="pack.made" p={{ date: day(layer.madeMs) }} />
        </p>
      )}
      {row !== undefined && (busy || !row.done) && <Progress row={row} />}
      {row?.done === true && !busy && (
        <p>
          <T
            k={area === null ? 'pack.here' : 'pack.hereArea'}
            p={{ size: sizeText(packShare(row).here) }}
          />
        </p>
      )}
      {old && !busy && (
        <p>
          <T k="pack.old" />
        </p>
      )}
      {outcome.value?.name === name && (
        <p role="status">
          <T k={`pack.${outcome.value.how}`} />
        </p>
      )}
      <div class="row">
        {busy && (
          <button type="button" class="button" onClick={packPause}>
            <T k="pack.pause" />
          </button>
        )}
        {!busy && row !== undefined && (old || !row.done) && (
          <button type="button" class="button primary" disabled={other} onClick={take(area)}>
            <T k={old ? 'pack.update' : 'pack.resume'} />
          </button>
        )}
        {!busy && (row === undefined || (row.done && area !== null)) && (
          <button type="button" class="button primary" disabled={other} onClick={take(null)}>
            <T k="pack.get" />
          </button>
        )}
        {!busy && row === undefined && mapBounds.value !== null && (
          <button
            type="button"
            class="button quiet"
            disabled={other}
            onClick={take(mapBounds.value)}
          >
            <T k="pack.getArea" />
          </button>
        )}
        {!busy && row !== undefined && (
          <button type="button" class="button quiet" onClick={() => void packDrop(name)}>
            <T k="pack.delete" />
          </button>
        )}
      </div>
    </li>
  );
}

export function Packs(): JSX.Element {
  useEffect(() => void packsLook(), []);
  const layers = new Map(offered.value.map((layer) => [layer.name, layer]));
  // What is here stays in the list when the server cannot be asked.
  for (const { name, version, bytes, madeMs } of packs.value.values())
    if (!layers.has(name)) layers.set(name, { name, version, bytes, madeMs, bounds: null });
  return (
    <Section title={<T k="pack.title" />}>
      <p class="soft">
        <T k="pack.help" />
      </p>
      {layers.size === 0 && (
        <p>
          <T k={navigator.onLine ? 'pack.none' : 'pack.unknown'} />
        </p>
      )}
      <ul class="packs">
        {[...layers.values()].map((layer) => (
          <Pack key={layer.name} layer={layer} row={packs.value.get(layer.name)} />
        ))}
      </ul>
    </Section>
  );
}

/*
 * device: this tablet: what still has to be sent, what was refused, maps to take along, handing over
 * by file, and how safely things are kept.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { cacheDatabase, knownCount } from '../data/cache';
import type { OwnRow } from '../data/db';
import { parcelLoad, parcelMake } from '../data/parcel';
import { refusedAsDraft } from '../data/tray';
import { notify } from '../state/notice';
import { copied, copyNow } from '../state/offline';
import { database, marks, mirror, ownForget, owns, sendNow, tray, waiting } from '../state/own';
import { close, linkTo } from '../state/route';
import { lasting, lastingAsk, type Room, reduced, roomLook } from '../state/shell';
import { hello } from '../state/town';
import { draft, writeStart } from '../state/writing';
import { useFocused } from './focused';
import { Icon } from './icon';
import { MarkSign } from './mark';
import { sizeText } from './measure';
import { Packs } from './packs';
import { refusedKey } from './refused';
import { T } from './text';

const SHOWN_OWN = 30;

export function Section({
  title,
  children,
}: {
  title: JSX.Element;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="device-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Sending(): JSX.Element {
  const rows = [...owns.value.values()]
    .filter((row) => row.state !== 'withdrawn' && row.state !== 'refused')
    .sort((a, b) => b.madeMs - a.madeMs);
  const onWay = [...marks.value.values()].filter((mark) => mark === 'server').length;
  return (
    <Section title={<T k="device.sending" />}>
      {waiting.value.count > 0 && (
        <div class="device-row">
          <p>
            <T k="net.waiting" p={{ n: waiting.value.count }} />
          </p>
          <button type="button" class="button" onClick={sendNow}>
            <Icon name="cloud" size={20} />
            <T k="device.sendNow" />
          </button>
        </div>
      )}
      {onWay > 0 && (
        <p>
          <T k="device.onWay" p={{ n: onWay }} />
        </p>
      )}
      {waiting.value.count === 0 && onWay === 0 && (
        <p>
          <T k={rows.length === 0 ? 'device.nothing' : 'device.allSent'} />
        </p>
      )}
      {rows.length > 0 && (
        <details class="device-own">
          <summary>
            <T k="device.mine" p={{ n: rows.length }} />
          </summary>
          <ul>
            {rows.slice(0, SHOWN_OWN).map((row) => (
              <li key={row.id}>
                <a href={linkTo({ name: 'comment', id: row.commentId ?? row.id })}>
                  {row.title || row.text}
                </a>
                <MarkSign mark={marks.value.get(row.id) ?? 'city'} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

async function again(own: OwnRow): Promise<void> {
  const kept = await refusedAsDraft(await database(), own.id, { now: Date.now });
  await mirror();
  if (kept === null) return;
  draft.value = kept;
  close();
  writeStart();
}

function Tray(): JSX.Element | null {
  // One line an object, however many of its operations were refused.
  const items = [
    ...new Map(tray.value.map((item) => [item.own?.id ?? item.op?.objectId ?? '', item])).entries(),
  ];
  if (items.length === 0) return null;
  const save = (): void => {
    const ids = tray.value.map((item) => item.op?.opId).filter((id) => id !== undefined);
    void parcelSave(new Set(ids));
  };
  return (
    <Section title={<T k="tray.title" p={{ n: items.length }} />}>
      <p class="soft">
        <T k="tray.help" />
      </p>
      <ul class="tray">
        {items.map(([id, { own, reason }]) => (
          <li key={id}>
            <p class="tray-text">{own === null ? <T k="tray.other" /> : own.title || own.text}</p>
            <p class="tray-reason">
              <Icon name="warn" size={18} />
              <T k={refusedKey(reason)} p={{ reason }} />
            </p>
            <div class="row">
              {own?.type === 'comment' && reason !== 'gone' && (
                <button type="button" class="button" onClick={() => void again(own)}>
                  <T k="tray.again" />
                </button>
              )}
              <button type="button" class="button quiet" onClick={() => void ownForget(id)}>
                <T k="tray.forget" />
              </button>
            </div>
          </li>
        ))}
      </ul>
      <button type="button" class="button quiet" onClick={save}>
        <T k="tray.export" />
      </button>
    </Section>
  );
}

async function parcelSave(only?: ReadonlySet<string>): Promise<void> {
  const bytes = await parcelMake(await database(), hello.value?.municipality || 11202, only);
  const at = new Date();
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  link.download = `kakikomap-${day}-${two(at.getHours())}${two(at.getMinutes())}.kakiko`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  await mirror();
}

function Parcel(): JSX.Element {
  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const row = await parcelLoad(await database(), new Uint8Array(await file.arrayBuffer()));
    if (row === null) notify('parcel.bad');
    else notify('parcel.loaded', { params: { n: row.ops.length } });
    sendNow();
  };
  const nothing = marks.value.size === 0 && tray.value.length === 0;
  return (
    <Section title={<T k="parcel.title" />}>
      <p class="soft">
        <T k="parcel.help" />
      </p>
      <div class="row">
        <button
          type="button"
          class="button quiet"
          onClick={() => (nothing ? notify('parcel.empty') : void parcelSave())}
        >
          <T k="parcel.save" />
        </button>
        <label class="button quiet file-button">
          <T k="parcel.load" />
          <input
            type="file"
            accept=".kakiko"
            onChange={(event) => {
              void load(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
      </div>
    </Section>
  );
}

function Copy(): JSX.Element {
  const count = useSignal<number | null>(null);
  const busy = useSignal(false);
  const look = async (): Promise<void> => {
    count.value = await knownCount(await cacheDatabase());
  };
  useEffect(() => {
    look().catch(() => undefined);
  }, [copied.value]);
  const renew = async (): Promise<void> => {
    busy.value = true;
    const done = await copyNow();
    busy.value = false;
    notify(done ? 'copy.done' : 'list.error');
  };
  return (
    <Section title={<T k="copy.title" />}>
      <div class="device-row">
        <p>{count.value !== null && <T k="copy.known" p={{ n: count.value }} />}</p>
        <button
          type="button"
          class="button quiet"
          disabled={busy.value}
          onClick={() => void renew()}
        >
          <T k="copy.get" />
        </button>
      </div>
    </Section>
  );
}

function Store(): JSX.Element {
  const room = useSignal<Room | null>(null);
  useEffect(() => {
    roomLook()
      .then((found) => {
        room.value = found;
      })
      .catch(() => undefined);
  }, []);
  return (
    <Section title={<T k="store.title" />}>
      <p class={reduced.value ? 'device-warn' : ''}>
        <T k={reduced.value ? 'store.reduced' : 'store.offline'} />
      </p>
      {lasting.value !== null && (
        <p>
          <T k={lasting.value ? 'store.lasting' : 'store.notLasting'} />
        </p>
      )}
      {lasting.value === false && (
        <button type="button" class="button quiet" onClick={() => void lastingAsk()}>
          <T k="store.ask" />
        </button>
      )}
      {room.value !== null && (
        <p class="soft">
          <T
            k="store.room"
            p={{
              used: sizeText(room.value.used),
              free: sizeText(Math.max(0, room.value.quota - room.value.used)),
            }}
          />
        </p>
      )}
    </Section>
  );
}

export function Device(): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <>
      <div class="panel-bar">
        <button type="button" class="text-button back" onClick={close}>
          <Icon name="back" />
          <T k="comment.close" />
        </button>
      </div>
      <div class="scroll device">
        <h2 tabIndex={-1} ref={heading}>
          <T k="device.title" />
        </h2>
        <Sending />
        <Tray />
        <Packs />
        <Copy />
        <Parcel />
        <Store />
      </div>
    </>
  );
}

/* app: the whole screen: header, map, panel, the button to write, and what is announced. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../i18n/catalogue';
import { connection } from '../state/live';
import { notice, noticeClose, spoken } from '../state/notice';
import { waiting } from '../state/own';
import { hintSeen } from '../state/prefs';
import { close, type View, view } from '../state/route';
import { newer, newerTake, reduced } from '../state/shell';
import { demo, hello } from '../state/town';
import { step, writeCancel, writeStart } from '../state/writing';
import { About } from './about';
import { ClassBar } from './class-bar';
import { CommentPanel } from './comment-detail';
import { CommentList } from './comment-list';
import { Device } from './device';
import { Icon } from './icon';
import { JoinPanel } from './join/join-panel';
import { Kiosk } from './kiosk';
import { dragged, layout, restOf, sheet, sheetHeight, sheetPixels } from './layout';
import { MapView } from './map-view';
import { Languages, Menu } from './menu';
import { Receipts } from './receipts';
import { say, T } from './text';
import { DrawPanel } from './write/draw-panel';
import { PlacePanel } from './write/place-panel';
import { SimilarPanel } from './write/similar-panel';
import { WriteForm } from './write/write-form';

function Mark(): JSX.Element {
  return (
    <svg
      class="mark"
      viewBox="0 0 48 48"
      width="36"
      height="36"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="48" height="48" rx="13" />
      <path
        class="mark-paper"
        d="M13 11h22a5 5 0 0 1 5 5v12a5 5 0 0 1-5 5h-7l-6.500 7a1 1 0 0 1-1.700-.7V33H13a5 5 0 0 1-5-5V16a5 5 0 0 1 5-5Z"
      />
      <path d="M24 14.500a6.800 6.800 0 0 1 6.800 6.800c0 3.200-3.200 5.600-6.800 8.700c-3.600-3.100-6.800-5.500-6.800-8.700a6.800 6.800 0 0 1 6.800-6.800Z" />
      <circle class="mark-paper" cx="24" cy="21.300" r="2.500" />
    </svg>
  );
}

function Header(): JSX.Element {
  const name = hello.value?.municipalityName ?? '';
  return (
    <header class="top">
      <Mark />
      <div class="brand">
        <h1>
          <T k="app.name" />
        </h1>
        <p class="town">
          {demo.value ? (
            <>
              <span class="town-name">{name.replace(/（.*）$/, '')}</span>
              <span class="demo-chip" title={say('app.demo.long')}>
                <T k="app.demo" />
              </span>
            </>
          ) : (
            <span class="town-name">{name || <T k="app.tagline" />}</span>
          )}
        </p>
      </div>
      <Menu />
    </header>
  );
}

function Handle(): JSX.Element {
  const hold = useRef<{
    y: number;
    height: number;
    lastY: number;
    lastTime: number;
    speed: number;
  } | null>(null);
  const up = sheet.value !== 'full';
  return (
    <button
      type="button"
      class="handle"
      aria-label={say(up ? 'list.sheet.up' : 'list.sheet.down')}
      onClick={(event) => {
        // A click by keyboard; a finger is handled by the pointer events.
        if (event.detail === 0)
          sheet.value = sheet.value === 'peek' ? 'half' : up ? 'full' : 'half';
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        hold.current = {
          y: event.clientY,
          height: sheetPixels.value,
          lastY: event.clientY,
          lastTime: event.timeStamp,
          speed: 0,
        };
      }}
      onPointerMove={(event) => {
        const now = hold.current;
        if (now === null) return;
        const time = Math.max(1, event.timeStamp - now.lastTime);
        now.speed = (now.lastY - event.clientY) / time;
        now.lastY = event.clientY;
        now.lastTime = event.timeStamp;
        const wanted = now.height + now.y - event.clientY;
        dragged.value = Math.max(96, Math.min(sheetHeight('full', innerHeight) + 12, wanted));
      }}
      onPointerUp={() => {
        const now = hold.current;
        hold.current = null;
        if (now === null || dragged.value === null) {
          sheet.value = sheet.value === 'half' ? 'full' : 'half';
          return;
        }
        const moved = Math.abs(dragged.value - now.height) > 6;
        sheet.value = moved
          ? restOf(dragged.value, innerHeight, now.speed)
          : sheet.value === 'half'
            ? 'full'
            : 'half';
        dragged.value = null;
      }}
      onPointerCancel={() => {
        hold.current = null;
        dragged.value = null;
      }}
    >
      <span />
    </button>
  );
}

/** Loaded when it is opened: tablets of a class carry none of it. */
function DeskLazy(): JSX.Element | null {
  const loaded = useSignal<(() => JSX.Element) | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    import('../desk/desk').then(
      (module) => {
        loaded.value = () => <module.Desk />;
      },
      () => {
        failed.value = true;
      },
    );
  }, []);
  if (failed.value)
    return (
      <p class="map-trouble" role="alert">
        <T k="desk.net" />
      </p>
    );
  return loaded.value === null ? null : <loaded.value />;
}

const TITLES: Readonly<Record<View['name'], Key>> = {
  list: 'list.title',
  comment: 'comment.label',
  join: 'join.title',
  receipts: 'receipt.page',
  about: 'about.title',
  device: 'device.open',
  desk: 'desk.open',
};

function Panel(): JSX.Element {
  const now = view.value;
  const content =
    step.value === 'place' ? (
      <PlacePanel />
    ) : step.value === 'draw' ? (
      <DrawPanel />
    ) : step.value === 'form' ? (
      <WriteForm />
    ) : step.value === 'similar' ? (
      <SimilarPanel />
    ) : now.name === 'join' ? (
      <JoinPanel />
    ) : now.name === 'receipts' ? (
      <Receipts />
    ) : now.name === 'comment' ? (
      <CommentPanel />
    ) : now.name === 'device' ? (
      <Device />
    ) : now.name === 'about' ? (
      <About />
    ) : (
      <CommentList />
    );
  return (
    <section
      class="panel"
      id="panel"
      tabIndex={-1}
      aria-label={say(step.value !== 'off' ? 'write.title' : TITLES[now.name])}
      style={layout.value === 'narrow' ? { height: `${sheetPixels.value}px` } : { height: '' }}
    >
      {layout.value === 'narrow' && step.value !== 'place' && step.value !== 'draw' && <Handle />}
      {content}
    </section>
  );
}

function Hint(): JSX.Element | null {
  if (hintSeen.value || step.value !== 'off' || view.value.name !== 'list') return null;
  return (
    <aside class="first-hint" aria-labelledby="hint-title">
      <h2 id="hint-title">
        <T k="hint.title" />
      </h2>
      <ul>
        <li>
          <Icon name="pen" />
          <span>
            <T k="hint.write" />
          </span>
        </li>
        <li>
          <Icon name="reply" />
          <span>
            <T k="hint.read" />
          </span>
        </li>
        <li>
          <Icon name="turnRight" />
          <span>
            <T k="hint.turn" />
          </span>
        </li>
      </ul>
      <Languages />
      <button
        type="button"
        class="button primary"
        onClick={() => {
          hintSeen.value = true;
        }}
      >
        <T k="hint.ok" />
      </button>
    </aside>
  );
}

const DAY_MS = 24 * 60 * 60 * 1000;

function Banners(): JSX.Element {
  const { count, oldestMs } = waiting.value;
  const days = oldestMs === 0 ? 0 : Math.floor((Date.now() - oldestMs) / DAY_MS);
  return (
    <div class="banners">
      {newer.value && (
        <p class="banner" role="status">
          <span>
            <T k="shell.newer" />
          </span>
          <button type="button" class="text-button" onClick={newerTake}>
            <T k="shell.take" />
          </button>
        </p>
      )}
      {connection.value === 'lost' && (
        <p class="banner lost" role="status">
          <Icon name="warn" size={20} />
          <span>
            <T k="net.lost" />
          </span>
        </p>
      )}
      {count > 0 && (connection.value === 'lost' || days > 0) && (
        <p class="banner">
          <Icon name="cloud" size={20} />
          <span>
            {days > 0 ? (
              <T k="net.old" p={{ n: count, days }} />
            ) : (
              <T k={reduced.value ? 'net.stay' : 'net.waiting'} p={{ n: count }} />
            )}
          </span>
        </p>
      )}
    </div>
  );
}

function Toast(): JSX.Element {
  const now = notice.value;
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {now !== null && (
        <div class="toast" key={now.n}>
          <span>
            <T k={now.key} {...(now.params === undefined ? {} : { p: now.params })} />
          </span>
          {now.action !== undefined && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                noticeClose();
                now.action?.run();
              }}
            >
              <T k={now.action.key} />
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Spoken(): JSX.Element {
  const now = spoken.value;
  return (
    <p class="sr" role="status" aria-live="polite">
      {now !== null && <span key={now.n}>{say(now.key, now.params)}</span>}
    </p>
  );
}

export function App(): JSX.Element {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (step.value === 'draw' || step.value === 'similar') step.value = 'form';
      else if (step.value !== 'off') writeCancel();
      else if (view.value.name !== 'list') close();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div
      class="app"
      data-layout={layout.value}
      data-step={step.value}
      data-view={view.value.name}
      data-sheet={sheet.value}
      style={{ '--sheet': `${sheetPixels.value}px` }}
    >
      <button
        type="button"
        class="skip"
        onClick={() => {
          const first = document.querySelector<HTMLElement>('.items a, #panel');
          first?.focus();
        }}
      >
        <T k="app.skip" />
      </button>
      <Header />
      <main>
        <MapView />
        <Panel />
        {step.value === 'off' && view.value.name !== 'join' && (
          <button type="button" class="write-button" onClick={writeStart}>
            <Icon name="pen" size={26} />
            <span>
              <T k="write.open" />
            </span>
          </button>
        )}
      </main>
      {view.value.name === 'desk' && <DeskLazy />}
      <ClassBar />
      <Banners />
      <Hint />
      <Toast />
      <Spoken />
      <Kiosk />
    </div>
  );
}

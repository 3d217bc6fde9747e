/*
 * desk: the pages of those who look after the map: lessons, what waits for a person, accounts.
 *
 * Loaded when it is opened, so that tablets of a class carry none of it.
 */
import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useFocused } from '../ui/focused';
import './desk.css';
import { navigate } from '../state/route';
import { Icon } from '../ui/icon';
import { say, T } from '../ui/text';
import { Audit } from './audit';
import { Invited } from './invited';
import { Me } from './me';
import { MeetingForm } from './meeting-form';
import { MeetingList } from './meeting-list';
import { MeetingPage } from './meeting-page';
import { Loading } from './parts';
import { People } from './people';
import { QueueItem } from './queue-item';
import { QueueList } from './queue-list';
import { deskLink, deskOpen, deskPath } from './route';
import {
  account,
  mayAccounts,
  mayAudit,
  mayInvite,
  mayMeet,
  mayModerate,
  maySpace,
  mayVault,
  sessionLoad,
  signOut,
} from './session';
import { SignIn } from './sign-in';
import { Spaces } from './spaces';
import { Vault } from './vault';

const maySpaces = computed(() => maySpace.value || mayInvite.value);

const TABS = [
  { name: 'meetings', label: 'desk.tab.meetings', may: mayMeet },
  { name: 'queue', label: 'desk.tab.queue', may: mayModerate },
  { name: 'people', label: 'desk.tab.people', may: mayAccounts },
  { name: 'spaces', label: 'desk.tab.spaces', may: maySpaces },
  { name: 'vault', label: 'desk.tab.vault', may: mayVault },
  { name: 'audit', label: 'desk.tab.audit', may: mayAudit },
] as const;

function Tabs({ here }: { here: string }): JSX.Element {
  return (
    <nav class="desk-tabs" aria-label={say('desk.title')}>
      {TABS.filter((tab) => tab.may.value).map((tab) => (
        <a
          key={tab.name}
          href={deskLink([tab.name])}
          class={here === tab.name ? 'on' : ''}
          aria-current={here === tab.name ? 'page' : undefined}
        >
          <T k={tab.label} />
        </a>
      ))}
    </nav>
  );
}

function Page({ path }: { path: readonly string[] }): JSX.Element {
  const [tab, id] = path;
  if (tab === 'me') return <Me />;
  if (tab === 'people' && mayAccounts.value) return <People />;
  if (tab === 'spaces' && maySpaces.value) return <Spaces />;
  if (tab === 'vault' && mayVault.value) return <Vault />;
  if (tab === 'audit' && mayAudit.value) return <Audit />;
  if (tab === 'queue' && mayModerate.value)
    return id === undefined ? <QueueList /> : <QueueItem id={id} />;
  if (tab === 'meetings' && id === 'new')
    return (
      <MeetingForm
        opened={(made) => deskOpen(['meetings', made])}
        cancel={() => deskOpen(['meetings'])}
      />
    );
  if (tab === 'meetings' && id !== undefined) return <MeetingPage id={id} />;
  return <MeetingList />;
}

/** Where each role's work begins. */
function first(): string {
  return mayMeet.value ? 'meetings' : mayModerate.value ? 'queue' : 'people';
}

export function Desk(): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  useEffect(() => {
    void sessionLoad();
  }, []);
  const now = account.value;
  const path = deskPath.value.length > 0 ? deskPath.value : [first()];
  const invited = path[0] === 'invited' ? path[1] : undefined;
  return (
    <div class="desk">
      <header class="desk-bar">
        <button type="button" class="text-button back" onClick={() => navigate({ name: 'list' })}>
          <Icon name="back" />
          <T k="desk.toMap" />
        </button>
        <h1 tabIndex={-1} ref={heading}>
          <T k="desk.title" />
        </h1>
        {now !== null && now !== undefined && (
          <>
            <a class="text-button" href={deskLink(['me'])}>
              {now.display}
              <span class="state-chip">
                <T k={`desk.role.${now.role}`} />
              </span>
            </a>
            <button type="button" class="text-button" onClick={() => void signOut()}>
              <T k="desk.out" />
            </button>
          </>
        )}
      </header>
      {now !== null && now !== undefined && <Tabs here={path[0] ?? ''} />}
      <div class="desk-page" id="desk-page">
        {now === undefined && <Loading />}
        {now === null && (invited === undefined ? <SignIn /> : <Invited code={invited} />)}
        {now !== null && now !== undefined && <Page path={path} />}
      </div>
    </div>
  );
}

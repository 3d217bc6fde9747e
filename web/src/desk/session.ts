/* session: who is signed in at this device, and what the role may. The server decides; this only shows. */
import { computed, signal } from '@preact/signals';
import type { Result } from '../api/client';
import { isJson } from '../api/parse';
import { ask, done } from './ask';

export type Role = 'member' | 'teacher' | 'moderator' | 'planner' | 'administrator';
export const ROLES: readonly Role[] = [
  'member',
  'teacher',
  'moderator',
  'planner',
  'administrator',
];

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly role: Role;
  readonly organisation: string;
  readonly totp: boolean;
  /** Names of server/people/rights.def. */
  readonly rights: readonly string[];
}

/** undefined: not asked yet. */
export const account = signal<Account | null | undefined>(undefined);
/** False: the page came by plain HTTP, where a password could be overheard. */
export const secure = signal(true);

export function accountFromJson(json: unknown): Account | null {
  if (!isJson(json) || typeof json.id !== 'string' || typeof json.name !== 'string') return null;
  const role = ROLES.find((item) => item === json.role);
  if (role === undefined) return null;
  return {
    id: json.id,
    name: json.name,
    display: typeof json.display === 'string' && json.display !== '' ? json.display : json.name,
    role,
    organisation: typeof json.organisation === 'string' ? json.organisation : '',
    totp: json.totp === true,
    rights: Array.isArray(json.rights) ? json.rights.map(String) : [],
  };
}

export async function sessionLoad(): Promise<void> {
  const answer = await ask('GET', '/api/session', (json) => (isJson(json) ? json : null));
  if (answer.ok) {
    secure.value = answer.value.secure !== false;
    account.value = accountFromJson(answer.value.account);
  } else if (account.value === undefined) account.value = null;
}

export async function signIn(
  name: string,
  password: string,
  code: string,
): Promise<Result<Account>> {
  const answer = await ask(
    'POST',
    '/api/session',
    (json) => (isJson(json) ? accountFromJson(json.account) : null),
    code === '' ? { name, password } : { name, password, code },
  );
  if (answer.ok) account.value = answer.value;
  return answer;
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/api/session', done);
  account.value = null;
}

/** An answer of 401 anywhere: the session has run out or was revoked. */
export function sessionLost(): void {
  account.value = null;
}

const has = (right: string) => (): boolean => account.value?.rights.includes(right) ?? false;

export const mayMeet = computed(has('meeting'));
export const mayModerate = computed(has('moderate'));
export const mayErase = computed(has('erase'));
export const mayAccounts = computed(has('accounts'));
export const maySpace = computed(has('space'));
export const mayInvite = computed(has('invite'));
export const mayVault = computed(has('vault'));
export const mayAudit = computed(has('audit'));

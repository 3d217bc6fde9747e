/*
 * packs: the town's map on this device: what there is to take, what is here, and taking it.
 */
import { signal } from '@preact/signals-core';
import { layersGet } from '../api/client';
import type { Layer } from '../api/layers';
import { cacheDatabase, type PackRow, packRows } from '../data/cache';
import { packRead, packRemove } from '../data/packs';
import { Archive, type Box } from '../data/pmtiles';
import { type PackOutcome, packTake } from '../sync/packs';
import { shelf } from './shelf';

export const offered = signal<readonly Layer[]>([]);
export const packs = signal<ReadonlyMap<string, PackRow>>(new Map());
/** The pack that is being taken now. */
export const taking = signal<string | null>(null);
export const outcome = signal<{ readonly name: string; readonly how: PackOutcome } | null>(null);

let control: AbortController | null = null;
const archives = new Map<string, Promise<Archive | null>>();

function set(row: PackRow): void {
  packs.value = new Map(packs.value).set(row.name, row);
}

/** What is on this device; read once at the start, kept in step afterwards. */
export async function packsStart(): Promise<void> {
  const rows = await packRows(await cacheDatabase());
  packs.value = new Map(rows.map((row) => [row.name, row]));
}

export async function packsLook(): Promise<void> {
  const answer = await layersGet();
  if (answer.ok) offered.value = answer.value;
}

export async function packGet(name: string, area: Box | null): Promise<void> {
  if (taking.value !== null) return;
  taking.value = name;
  outcome.value = null;
  control = new AbortController();
  try {
    const how = await packTake(
      {
        cache: await cacheDatabase(),
        shelf: await shelf(),
        fetch: (path, init) => fetch(path, init),
        now: Date.now,
        onProgress: set,
      },
      name,
      area,
      control.signal,
    );
    outcome.value = { name, how };
  } catch {
    outcome.value = { name, how: 'full' };
  } finally {
    archives.delete(name);
    taking.value = null;
  }
}

/** What is here stays; it goes on from there. */
export function packPause(): void {
  control?.abort();
}

export async function packDrop(name: string): Promise<void> {
  archives.delete(name);
  await packRemove(await cacheDatabase(), await shelf(), name);
  const rest = new Map(packs.value);
  rest.delete(name);
  packs.value = rest;
}

async function open(name: string): Promise<Archive | null> {
  const on = await shelf();
  const row = packs.value.get(name);
  if (row === undefined) return null;
  return Archive.open(packRead(on, () => packs.value.get(name) ?? row));
}

/** A tile of a pack; null: it is not on this device; 'none': there is none at all. */
export async function packTile(
  name: string,
  z: number,
  x: number,
  y: number,
): Promise<Uint8Array<ArrayBuffer> | 'none' | null> {
  if (!packs.value.has(name)) return null;
  let archive = archives.get(name);
  if (archive === undefined) {
    archive = open(name);
    archives.set(name, archive);
  }
  const found = await archive;
  if (found === null) {
    archives.delete(name);
    return null;
  }
  return found.tile(z, x, y);
}

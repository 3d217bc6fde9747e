/* photos-field: pictures from the camera or the album: looked at, ordered, described, removed. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { notify } from '../../state/notice';
import {
  PHOTOS_PER_COMMENT,
  photoAlt,
  photoBusy,
  photoMove,
  photoRemove,
  photosAdd,
  photoTrouble,
  thumbOf,
} from '../../state/photos';
import { draft, draftHold } from '../../state/writing';
import { Icon, type SignName } from '../icon';
import { photoTake } from '../photo-take';
import { say, T } from '../text';

function Pick({ camera }: { camera: boolean }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const sign: SignName = camera ? 'camera' : 'album';
  return (
    <>
      <input
        ref={input}
        type="file"
        class="sr"
        tabIndex={-1}
        aria-hidden="true"
        accept="image/*"
        multiple={!camera}
        {...(camera ? { capture: 'environment' } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          void photosAdd(files, photoTake);
        }}
      />
      <button
        type="button"
        class="button"
        disabled={draft.value.photos.length >= PHOTOS_PER_COMMENT || photoBusy.value > 0}
        onClick={() => {
          // The camera may end the page: what is written is on the disk before it opens.
          draftHold()
            .then(() => input.current?.click())
            .catch(() => notify('write.errorSave'));
        }}
      >
        <Icon name={sign} />
        <T k={camera ? 'photo.camera' : 'photo.album'} />
      </button>
    </>
  );
}

function Picture({ id, alt, at }: { id: string; alt: string; at: number }): JSX.Element {
  const url = thumbOf(id);
  const n = at + 1;
  return (
    <li class="photo-row">
      {url === '' ? (
        <span class="photo-thumb" aria-hidden="true" />
      ) : (
        <img class="photo-thumb" src={url} alt={alt === '' ? say('photo.nth', { n }) : alt} />
      )}
      <div class="photo-words">
        <label>
          <span class="label">
            <T k="photo.alt" p={{ n }} />
          </span>
          <input
            type="text"
            maxLength={120}
            autoComplete="off"
            value={alt}
            onInput={(event) => photoAlt(id, event.currentTarget.value)}
          />
        </label>
        <div class="row">
          <button
            type="button"
            class="icon-button"
            aria-label={say('photo.earlier', { n })}
            disabled={at === 0}
            onClick={() => photoMove(at, -1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={say('photo.later', { n })}
            disabled={at === draft.value.photos.length - 1}
            onClick={() => photoMove(at, 1)}
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={say('photo.remove', { n })}
            onClick={() => void photoRemove(id)}
          >
            <Icon name="trash" />
          </button>
        </div>
      </div>
    </li>
  );
}

export function PhotosField(): JSX.Element {
  const { photos } = draft.value;
  return (
    <section class="extra" aria-labelledby="photo-title">
      <h3 id="photo-title">
        <Icon name="camera" />
        <T k="photo.title" />
      </h3>
      <p class="advice">
        <svg viewBox="0 0 48 48" width="44" height="44" aria-hidden="true" focusable="false">
          <circle cx="19" cy="17" r="8" />
          <path d="M5 41c1-9 7-13 14-13s13 4 14 13Z" />
          <path class="advice-no" d="M29 8L44 23M44 8L29 23" />
        </svg>
        <span>
          <T k="photo.advice" />
        </span>
      </p>
      {photos.length > 0 && (
        <ol class="photo-rows">
          {photos.map((photo, at) => (
            <Picture key={photo.id} id={photo.id} alt={photo.alt} at={at} />
          ))}
        </ol>
      )}
      <div class="row">
        <Pick camera />
        <Pick camera={false} />
      </div>
      <p class="hint" aria-live="polite">
        {photoBusy.value > 0 ? (
          <T k="photo.busy" />
        ) : (
          <T k="photo.left" p={{ n: PHOTOS_PER_COMMENT - photos.length }} />
        )}
      </p>
      {photoTrouble.value !== 'none' && (
        <p class="fault" role="alert">
          <Icon name="warn" size={18} />
          <T k={photoTrouble.value === 'full' ? 'photo.full' : 'photo.failed'} />
        </p>
      )}
    </section>
  );
}

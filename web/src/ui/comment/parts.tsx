/* parts: what a comment is made of besides its words: photos, readings, mood, line, area, drawing. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Photo } from '../../api/parse';
import { ja } from '../../i18n/catalogue';
import type { ShownComment } from '../../state/comments';
import { thumbOf } from '../../state/photos';
import type { Reading } from '../../sync/messages';
import { INSTRUMENTS, RANGES, valueText } from '../../write/reading';
import { Icon } from '../icon';
import { say, T } from '../text';
import { Waited } from '../write/readings-field';
import { MoodFace } from '../write/write-form';

function Instrument({ name }: { name: string }): JSX.Element {
  const known = INSTRUMENTS.find((instrument) => ja[`instrument.${instrument}`] === name);
  return known === undefined ? <span>{name}</span> : <T k={`instrument.${known}`} />;
}

export function Readings({ readings }: { readings: readonly Reading[] }): JSX.Element | null {
  if (readings.length === 0) return null;
  return (
    <section class="readings" aria-labelledby="readings-title">
      <h3 id="readings-title" class="sr">
        <T k="comment.readings" />
      </h3>
      <dl>
        {readings.map((reading, i) => (
          <div key={i} class="reading">
            <dt>
              <T k={`quantity.${reading.quantity}`} />
            </dt>
            <dd>
              <strong>{valueText(reading.valueMilli)}</strong>{' '}
              <span class="unit">{RANGES[reading.quantity].unit}</span>
              <span class="reading-how">
                {reading.instrument !== '' && <Instrument name={reading.instrument} />}
                <Waited seconds={reading.waitedS} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        <T k="comment.readingsOwn" />
      </p>
    </section>
  );
}

/** The large picture above everything; closed by Escape, the button or beside it. */
function Lightbox({
  photos,
  at,
  onMove,
  onClose,
}: {
  photos: readonly Photo[];
  at: number;
  onMove: (to: number) => void;
  onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const photo = photos[at];
  return (
    <dialog
      ref={dialog}
      class="lightbox"
      aria-label={say('photo.nth', { n: at + 1 })}
      onClose={onClose}
      onKeyDown={(event) => {
        // The comment behind it stays open.
        event.stopPropagation();
        if (event.key === 'ArrowLeft' && at > 0) onMove(at - 1);
        if (event.key === 'ArrowRight' && at < photos.length - 1) onMove(at + 1);
      }}
    >
      {photo !== undefined && (
        <figure>
          <img src={photo.url} alt={photo.alt || say('photo.noAlt')} />
          {photo.alt !== '' && <figcaption>{photo.alt}</figcaption>}
        </figure>
      )}
      <div class="lightbox-row">
        <button
          type="button"
          class="icon-button"
          aria-label={say('photo.before')}
          disabled={at === 0}
          onClick={() => onMove(at - 1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={say('photo.close')}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
        <button
          type="button"
          class="icon-button next"
          aria-label={say('photo.next')}
          disabled={at === photos.length - 1}
          onClick={() => onMove(at + 1)}
        >
          <Icon name="back" />
        </button>
      </div>
    </dialog>
  );
}

export function Photos({ comment }: { comment: ShownComment }): JSX.Element | null {
  const opened = useSignal<number | null>(null);
  const { photos } = comment;
  if (photos.length === 0) return null;
  const here = photos.filter(({ url }) => url !== '');
  return (
    <section class="photos" aria-label={say('comment.photos')}>
      <ol>
        {photos.map((photo, i) => {
          const small = photo.thumb || (comment.mine ? thumbOf(photo.id) : '');
          const alt = photo.alt || say('photo.nth', { n: i + 1 });
          if (small === '') return null;
          return (
            <li key={photo.id}>
              {photo.url === '' ? (
                <img src={small} alt={alt} />
              ) : (
                <button
                  type="button"
                  aria-label={`${say('photo.open', { n: i + 1 })}: ${alt}`}
                  onClick={() => {
                    opened.value = here.indexOf(photo);
                  }}
                >
                  <img src={small} alt="" loading="lazy" />
                </button>
              )}
            </li>
          );
        })}
      </ol>
      {here.length < photos.length && (
        <p class="hint">
          <T k="photo.held" p={{ n: photos.length - here.length }} />
        </p>
      )}
      {opened.value !== null && (
        <Lightbox
          photos={here}
          at={opened.value}
          onMove={(to) => {
            opened.value = to;
          }}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
    </section>
  );
}

/** Small signs for the list and the head of a comment. */
export function Signs({ comment }: { comment: ShownComment }): JSX.Element {
  const { mood, shape, drawing, readings, photos } = comment;
  const [first] = readings;
  return (
    <>
      {first !== undefined && (
        <span class="item-sign">
          <Icon name="thermometer" size={15} />
          <span class="sr">
            <T k={`quantity.${first.quantity}`} />{' '}
          </span>
          {valueText(first.valueMilli)} {RANGES[first.quantity].unit}
        </span>
      )}
      {mood !== 'none' && (
        <span class="item-sign" title={say(`mood.${mood}`)}>
          <MoodFace mood={mood} size={18} />
          <span class="sr">
            <T k="comment.mood" p={{ mood: say(`mood.${mood}`) }} />
          </span>
        </span>
      )}
      {photos.length > 0 && (
        <span class="item-sign">
          <Icon name="camera" size={15} />
          <span aria-hidden="true">{photos.length}</span>
          <span class="sr">
            <T k="comment.photos" /> {photos.length}
          </span>
        </span>
      )}
      {shape !== 'point' && (
        <span
          class="item-sign"
          title={say(shape === 'line' ? 'comment.shapeLine' : 'comment.shapeArea')}
        >
          <Icon name={shape} size={15} />
          <span class="sr">
            <T k={shape === 'line' ? 'comment.shapeLine' : 'comment.shapeArea'} />
          </span>
        </span>
      )}
      {drawing.length > 0 && (
        <span class="item-sign" title={say('comment.drawing')}>
          <Icon name="brush" size={15} />
          <span class="sr">
            <T k="comment.drawing" />
          </span>
        </span>
      )}
    </>
  );
}

/* place-panel: where it is: a point, a line or an area, by touch or by keyboard. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { placeGuard } from '../../state/guard';
import { notify } from '../../state/notice';
import { lang } from '../../state/prefs';
import {
  chosen,
  cornerDelete,
  cornerFault,
  cornerSteps,
  cornersRedo,
  cornersUndo,
  measure,
  shapeSet,
} from '../../state/sketching';
import { buildingName, draft, step, writeCancel } from '../../state/writing';
import { SHAPE, type Shape } from '../../sync/words';
import { useFocused } from '../focused';
import { Icon, type SignName } from '../icon';
import { fitted, layout } from '../layout';
import { townMap } from '../map-view';
import { say, T } from '../text';

const SHAPES = Object.keys(SHAPE) as Shape[];
const SHAPE_SIGNS: Record<Shape, SignName> = { point: 'pin', line: 'line', area: 'area' };

/** Three figures are as exact as a finger. */
function about(value: number): string {
  return new Intl.NumberFormat(lang.value === 'en' ? 'en' : 'ja', {
    maximumSignificantDigits: 3,
  }).format(value);
}

export function PlaceLine(): JSX.Element {
  const { shape, buildingId, source, corners } = draft.value;
  const on = buildingId !== '';
  const name: SignName = shape !== 'point' ? SHAPE_SIGNS[shape] : on ? 'building' : 'pin';
  return (
    <p class={`place-line${on ? ' on-building' : ''}`} aria-live="polite">
      <Icon name={name} size={20} />
      {shape === 'line' && <T k="write.length" p={{ n: about(measure.value) }} />}
      {shape === 'area' && <T k="write.area" p={{ n: about(measure.value) }} />}
      {shape === 'point' &&
        (source === 'guarded' ? (
          <T k="guard.onStreet" />
        ) : !on ? (
          <T k="write.onGround" />
        ) : buildingName.value === '' ? (
          <T k="write.onBuilding" />
        ) : (
          <T k="write.onBuildingNamed" p={{ name: buildingName.value }} />
        ))}
      {shape !== 'point' && corners.length > 0 && (
        <span class="sr">
          <T k="write.corners" p={{ n: corners.length }} />
        </span>
      )}
    </p>
  );
}

function Shapes(): JSX.Element {
  return (
    <fieldset class="segments">
      <legend class="sr">
        <T k="shape.label" />
      </legend>
      {SHAPES.map((shape) => (
        <label key={shape} class={draft.value.shape === shape ? 'on' : ''}>
          <input
            type="radio"
            name="shape"
            value={shape}
            checked={draft.value.shape === shape}
            onChange={() => shapeSet(shape)}
          />
          <Icon name={SHAPE_SIGNS[shape]} />
          <T k={`shape.${shape}`} />
        </label>
      ))}
    </fieldset>
  );
}

function CornerTools(): JSX.Element {
  const { canUndo, canRedo } = cornerSteps.value;
  return (
    <>
      <p>
        <T k={draft.value.shape === 'line' ? 'write.lineHelp' : 'write.areaHelp'} />
      </p>
      <p class="hint keys">
        <T k="write.crossKeys" />
      </p>
      <div class="tools" role="group" aria-label={say('write.cornerTools')}>
        <button type="button" class="tool" onClick={() => townMap.value?.sketchPress()}>
          <Icon name="cross" />
          <T k="write.cornerAdd" />
        </button>
        <button type="button" class="tool" disabled={!canUndo} onClick={cornersUndo}>
          <Icon name="undo" />
          <T k="draw.undo" />
        </button>
        <button type="button" class="tool" disabled={!canRedo} onClick={cornersRedo}>
          <Icon name="redo" />
          <T k="draw.redo" />
        </button>
        <button type="button" class="tool" disabled={chosen.value === null} onClick={cornerDelete}>
          <Icon name="trash" />
          <T k="write.cornerDelete" />
        </button>
      </div>
      {cornerFault.value === 'crossed' && (
        <p class="fault" role="alert">
          <Icon name="warn" size={18} />
          <T k="write.areaCrossed" />
        </p>
      )}
    </>
  );
}

/** On a phone a panel beside the map is as low as it can be: the map is what matters then. */
export function useFitted(): { current: HTMLDivElement | null } {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const fit = (): void => {
      fitted.value = layout.value === 'narrow' ? (root.current?.offsetHeight ?? 0) : null;
    };
    fit();
    const observer = new ResizeObserver(fit);
    if (root.current !== null) observer.observe(root.current);
    return () => {
      observer.disconnect();
      fitted.value = null;
    };
  }, []);
  return root;
}

export function PlacePanel(): JSX.Element {
  const root = useFitted();
  const heading = useFocused<HTMLHeadingElement>();
  const point = draft.value.shape === 'point';
  return (
    <div class="place-panel" ref={root}>
      <h2 tabIndex={-1} ref={heading}>
        <T k="write.place" />
      </h2>
      <Shapes />
      {point ? (
        <>
          <p>
            <T k="write.placeHelp" />
          </p>
          <p class="hint keys">
            <T k="write.placeKeys" />
          </p>
        </>
      ) : (
        <CornerTools />
      )}
      <PlaceLine />
      <div class="row">
        <button
          type="button"
          class="button primary grow"
          disabled={draft.value.lon === null || cornerFault.value !== null}
          onClick={() => {
            if (placeGuard(townMap.value)) step.value = 'form';
            else notify('guard.nowhere');
          }}
        >
          <Icon name="check" />
          <T k="write.placeNext" />
        </button>
        <button type="button" class="button" onClick={writeCancel}>
          <T k="write.cancel" />
        </button>
      </div>
    </div>
  );
}

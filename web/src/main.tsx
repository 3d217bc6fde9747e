/* main: opens, wires and runs. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { commentsStart, filter, filterFromParams, refresh } from './state/comments';
import { insideLoad, insideStart } from './state/inside';
import { kioskStart } from './state/kiosk';
import { connection, connectionReport, liveStart } from './state/live';
import { measuringStart, readingsFrom } from './state/measuring';
import { mineLoad } from './state/mine';
import { copySoon, offlineShow } from './state/offline';
import { ownStart, waitingCount } from './state/own';
import { packsStart } from './state/packs';
import { lang, prefsStart } from './state/prefs';
import { cameraFromParam, routeStart, view } from './state/route';
import { lastingAsk, shellStart } from './state/shell';
import { cardsLoad, demo, hello, helloLoad, townTilesLoad } from './state/town';
import { readingsBy, writingStart } from './state/writing';
import { trustedStart } from './trusted';
import { aloudStart } from './ui/aloud';
import { App } from './ui/app';
import { refreshMapComments, townMap } from './ui/map-view';
import { say } from './ui/text';

trustedStart();
prefsStart();
commentsStart();
aloudStart();
readingsBy((now) => readingsFrom(now.measuring));
measuringStart();
kioskStart();
routeStart((params) => {
  filter.value = filterFromParams(params);
  const camera = cameraFromParam(params.get('m'));
  if (camera !== null) townMap.value?.jumpTo(camera);
});

effect(() => {
  void lang.value;
  const town = hello.value?.municipalityName ?? '';
  const here =
    view.value.name === 'about'
      ? say('about.title')
      : demo.value || town !== ''
        ? town
        : say('app.tagline');
  document.title = `${here} | ${say('app.name')}`;
});

const root = document.getElementById('app');
if (root !== null) render(<App />, root);

async function start(): Promise<void> {
  // Without a local store (private mode of some browsers) reading still works.
  await ownStart(connectionReport, () => {
    refreshMapComments(null);
    refresh(null);
    void mineLoad();
    void insideLoad();
  }).catch((error: unknown) => console.warn('the local store cannot be opened', error));
  await writingStart().catch((error: unknown) => console.warn('drafts cannot be kept', error));
  insideStart();
  await mineLoad();
}

effect(() => {
  const lost = connection.value === 'lost';
  offlineShow(lost)
    .then(() => {
      if (lost) refresh(null);
      else if (connection.value === 'live') copySoon();
    })
    .catch((error: unknown) => console.warn('what is known here cannot be read', error));
});

let asked = false;
effect(() => {
  // Asked when there is something to lose, not at the first sight of the page.
  if (asked || waitingCount.value === 0) return;
  asked = true;
  lastingAsk().catch(() => undefined);
});

void start();
packsStart().catch((error: unknown) => console.warn('packs cannot be read', error));
shellStart().catch((error: unknown) => console.warn('opening offline is not possible', error));
void cardsLoad();
void townTilesLoad();
// The stream starts after the change number that Hello names, so that nothing falls between.
void helloLoad().then((reached) => {
  if (!reached) connection.value = 'lost';
  else copySoon();
  liveStart(refreshMapComments, () => {
    townMap.value?.reloadCity();
    void townTilesLoad();
  });
});

import { showPicture, stateNames, timeOverview, type Picture } from './pictures.ts';

declare global {
  interface Window {
    stateNames: readonly string[];
    show(picture: Picture): Promise<void>;
    timeOverview(callSeconds: number): Promise<number>;
  }
}

window.stateNames = stateNames;
window.timeOverview = timeOverview;
window.show = async picture => {
  const stage = document.querySelector('#stage');
  if (stage !== null) await showPicture(stage, picture);
};

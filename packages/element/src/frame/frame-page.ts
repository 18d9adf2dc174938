/** The script of the frame's page: the whole player, for a host on another origin that drives it across a port. */
import '../define.ts';
import { readFrameConfig } from './frame-config.ts';
import { FramedElement } from './framed-element.ts';
import { hostPort } from './host-port.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync('html { overflow: hidden } body, dd { margin: 0 }');
document.adoptedStyleSheets = [sheet];

// The address of this page opens nothing in another browser, so there is no link to copy.
Object.defineProperty(navigator, 'clipboard', { value: undefined });

const { hosts, service } = readFrameConfig(document);
const element = hostPort(hosts).then(port => new FramedElement(port, service));
element.catch(reportError);

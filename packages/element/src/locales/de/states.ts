import type { words as english } from '../en/states.ts';

/** Access that is over, or waits, in German. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  reference: 'Ref. {reference}',
  lockedTitle: 'Gesperrt',
  lockedText: 'Der Ton ist bei {position} angehalten.',
  lockedTitleAway: 'Während Ihrer Abwesenheit gesperrt',
  lockedTextAway: 'Der Ton ist bei {position} angehalten. Danach wurde nichts abgespielt.',
  lockedAction: 'Weiter anhören',
  lockedAside: 'Ihr Zugriff endet um {time}',
  deniedTitle: 'Sie können diesen Anruf nicht öffnen',
  deniedText: 'Ihre Rolle oder Einheit umfasst ihn nicht.',
  deniedTextRecorded: 'Ihre Rolle oder Einheit umfasst ihn nicht. Der Versuch ist protokolliert.',
  deniedAction: 'Zugriff beantragen',
  deniedActionReason: 'Anderen Grund angeben',
  erasedTitle: 'Dieser Anruf wurde gelöscht',
  erasedText: 'Die Aufzeichnung gibt es nicht mehr. Das Protokoll, wer sie angehört hat, bleibt.',
  unknownTitle: 'Dieser Anruf ist nicht im Archiv',
  unknownText: 'Er wurde vielleicht verschoben, oder der Link ist alt.',
  backToList: 'Zurück zur Liste',
  expiredTitle: 'Ihre Zugriffszeit ist abgelaufen',
  expiredText: 'Sie hatten Zugriff bis {time}. Ihre Stelle, {position}, bleibt, bis Sie die Seite schließen.',
  expiredTextMinutes:
    'Sie hatten {minutes} Minuten, bis {time}. Ihre Stelle, {position}, bleibt, bis Sie die Seite schließen.',
  expiredAction: 'Grund erneut angeben',
  expiredActionNoReason: 'Erneut öffnen',
  revokedTitle: 'Ihr Zugriff wurde entzogen',
  revokedText:
    'Er wurde um {time} beendet. Der Ton ist verstummt, auf diesem Computer ist nichts gespeichert.',
  revokedTextBy:
    '{office} hat ihn um {time} beendet. Der Ton ist verstummt, auf diesem Computer ist nichts gespeichert.',
  revokedAction: 'Ansprechpersonen zeigen',
  auditBlockedTitle: 'Ton angehalten: Der Zugriff kann nicht protokolliert werden',
  auditBlockedText:
    'Nichts wird abgespielt, was nicht protokolliert werden kann. Es geht bei {position} weiter, sobald das Protokoll antwortet.',
  offlineTitle: 'Keine Verbindung',
  offlineText: 'Es geht bei {position} weiter, wenn das Netz zurück ist. Ihre Zugriffszeit läuft weiter.',
  tryNow: 'Jetzt versuchen',
  tryAgain: 'Erneut versuchen',
};

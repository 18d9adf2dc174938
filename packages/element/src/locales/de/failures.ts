import type { words as english } from '../en/failures.ts';

/** What does not work, in German. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  damagedTitle: 'Ein Teil dieser Aufzeichnung ist beschädigt',
  damagedText:
    'Der Ton ist nicht der, der bei der Aufzeichnung versiegelt wurde. Darum wird er nicht abgespielt.',
  damagedTextAt:
    'Der Ton bei {position} ist nicht der, der bei der Aufzeichnung versiegelt wurde. Darum wird er nicht abgespielt.',
  damagedAction: 'Fehler melden',
  unsupportedTitle: 'Dieser Browser kann geschützte Anrufe nicht öffnen',
  unsupportedText:
    'Ihm fehlt, was den Ton versiegelt hält. Nehmen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.',
  unsupportedAction: 'Link für anderen Browser kopieren',
  linkCopied: 'Link kopiert',
  unmarkedTitle: 'Ton angehalten: Er kann nicht mit Ihrem Namen markiert werden',
  unmarkedText: 'Anrufe werden hier nur mit Markierung abgespielt.',
  unauthorizedTitle: 'Ihre Berechtigung konnte nicht bestätigt werden',
  unauthorizedText:
    'Ihr System hat nicht bestätigt, dass Sie den Anruf öffnen dürfen. Vielleicht müssen Sie sich dort neu anmelden.',
  unconfirmedText: 'Versuchen Sie es erneut. Hält es an, wenden Sie sich an den Betrieb dieser Anwendung.',
  unreachableTitle: 'Der Dienst, der Anrufe öffnet, antwortet nicht',
  unreachableText: 'Bis dahin kann nichts abgespielt werden, und nichts wurde ohne Protokoll abgespielt.',
  unavailableTitle: 'Die Aufzeichnung kann nicht geholt werden',
  unavailableText: 'Das Archiv liefert sie gerade nicht. Ihre Zugriffszeit läuft weiter.',
  silentTitle: 'Der Ton kann auf diesem Computer nicht abgespielt werden',
  silentText:
    'Browser oder Tongerät haben aufgehört. Prüfen Sie, ob Kopfhörer oder Lautsprecher angeschlossen sind.',
  setupTitle: 'Der Player ist nicht richtig eingerichtet',
  setupText: 'Das liegt nicht an Ihnen. Wenden Sie sich an den Betrieb dieser Anwendung.',
  failedTitle: 'Der Anruf kann nicht abgespielt werden',
  failedText:
    'Etwas, das der Player braucht, hat nicht funktioniert. Auf diesem Computer ist nichts gespeichert.',
};

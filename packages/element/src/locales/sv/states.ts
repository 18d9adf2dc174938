import type { words as english } from '../en/states.ts';

/** Access that is over, or waits, in Swedish. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  reference: 'Ref. {reference}',
  lockedTitle: 'Låst',
  lockedText: 'Ljudet är pausat vid {position}.',
  lockedTitleAway: 'Låst medan du var borta',
  lockedTextAway: 'Ljudet är pausat vid {position}. Inget mer har spelats upp.',
  lockedAction: 'Fortsätt lyssna',
  lockedAside: 'Åtkomst till kl. {time}',
  deniedTitle: 'Du kan inte öppna det här samtalet',
  deniedText: 'Din roll eller enhet omfattar det inte.',
  deniedTextRecorded: 'Din roll eller enhet omfattar det inte. Försöket är registrerat.',
  deniedAction: 'Begär åtkomst',
  deniedActionReason: 'Ange ett annat skäl',
  erasedTitle: 'Samtalet är raderat',
  erasedText: 'Inspelningen finns inte längre. Uppgifterna om vem som har lyssnat finns kvar.',
  unknownTitle: 'Samtalet finns inte i arkivet',
  unknownText: 'Det kan ha flyttats, eller så är länken gammal.',
  backToList: 'Till listan',
  expiredTitle: 'Din åtkomsttid är slut',
  expiredText: 'Du hade åtkomst till kl. {time}. Din plats, {position}, finns kvar tills du stänger sidan.',
  expiredTextMinutes:
    'Du hade {minutes} minuter, till kl. {time}. Din plats, {position}, finns kvar tills du stänger sidan.',
  expiredAction: 'Ange skäl igen',
  expiredActionNoReason: 'Öppna igen',
  revokedTitle: 'Din åtkomst har dragits in',
  revokedText: 'Den avslutades kl. {time}. Ljudet har tystnat och inget finns kvar på datorn.',
  revokedTextBy:
    '{office} avslutade åtkomsten kl. {time}. Ljudet har tystnat och inget finns kvar på datorn.',
  revokedAction: 'Se vem du kan kontakta',
  auditBlockedTitle: 'Ljudet är pausat: åtkomsten kan inte registreras',
  auditBlockedText:
    'Inget spelas upp som inte kan registreras. Uppspelningen fortsätter från {position} så snart det går igen.',
  offlineTitle: 'Ingen anslutning',
  offlineText:
    'Uppspelningen fortsätter från {position} när nätet är tillbaka. Åtkomsttiden fortsätter att löpa.',
  tryNow: 'Försök nu',
  tryAgain: 'Försök igen',
};

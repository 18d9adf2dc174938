import type { words as english } from '../en/failures.ts';

/** What does not work, in Swedish. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  damagedTitle: 'En del av inspelningen är skadad',
  damagedText: 'Ljudet är inte det som förseglades när samtalet spelades in. Därför spelas det inte upp.',
  damagedTextAt:
    'Ljudet vid {position} är inte det som förseglades när samtalet spelades in. Därför spelas det inte upp.',
  damagedAction: 'Rapportera felet',
  unsupportedTitle: 'Webbläsaren kan inte öppna skyddade samtal',
  unsupportedText:
    'Den saknar det som behövs för att hålla ljudet förseglat. Använd en aktuell Chrome, Edge, Firefox eller Safari.',
  unsupportedAction: 'Kopiera länk till annan webbläsare',
  linkCopied: 'Länken är kopierad',
  unmarkedTitle: 'Ljudet är pausat: det kan inte märkas med ditt namn',
  unmarkedText: 'Samtal spelas bara upp med märkning.',
  unauthorizedTitle: 'Din behörighet kunde inte bekräftas',
  unauthorizedText:
    'Systemet du arbetar i bekräftade inte att du får öppna samtalet. Du kan behöva logga in där igen.',
  unconfirmedText: 'Försök igen. Om det fortsätter, kontakta den som ansvarar för systemet du arbetar i.',
  unreachableTitle: 'Tjänsten som öppnar samtal svarar inte',
  unreachableText: 'Inget kan spelas upp förrän den gör det, och inget har spelats upp utan att registreras.',
  unavailableTitle: 'Inspelningen kan inte hämtas',
  unavailableText: 'Arkivet lämnar inte ut den just nu. Åtkomsttiden fortsätter att löpa.',
  silentTitle: 'Ljudet kan inte spelas upp på den här datorn',
  silentText:
    'Webbläsaren eller ljudenheten slutade fungera. Kontrollera att headset eller högtalare är anslutna.',
  setupTitle: 'Spelaren är inte rätt inställd',
  setupText: 'Det är inte ditt fel. Kontakta den som ansvarar för systemet du arbetar i.',
  failedTitle: 'Samtalet kan inte spelas upp',
  failedText: 'Något som spelaren behöver fungerade inte. Inget finns kvar på datorn.',
};

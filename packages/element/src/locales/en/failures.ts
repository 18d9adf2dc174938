/** What does not work, in English. */
export const words = {
  damagedTitle: 'Part of this recording is damaged',
  damagedText: 'The sound isn’t what was sealed when the call was recorded, so it is not played.',
  damagedTextAt:
    'The sound at {position} isn’t what was sealed when the call was recorded, so it is not played.',
  damagedAction: 'Report the fault',
  unsupportedTitle: 'This browser can’t open protected calls',
  unsupportedText:
    'It lacks what is needed to keep the sound sealed. Use a current Chrome, Edge, Firefox or Safari.',
  unsupportedAction: 'Copy link for another browser',
  linkCopied: 'Link copied',
  unmarkedTitle: 'Sound is paused: it can’t be marked with your name',
  unmarkedText: 'Calls here are played only with a mark.',
  unauthorizedTitle: 'Your permission couldn’t be confirmed',
  unauthorizedText:
    'The system you work in didn’t confirm that you may open this call. You may need to sign in there again.',
  unconfirmedText: 'Try again. If it goes on, tell whoever runs this application.',
  unreachableTitle: 'The service that opens calls doesn’t answer',
  unreachableText: 'Nothing can be played until it does, and nothing has been played without a record.',
  unavailableTitle: 'The recording can’t be fetched',
  unavailableText: 'The archive doesn’t deliver it just now. Your access time keeps running.',
  silentTitle: 'The sound can’t be played on this computer',
  silentText:
    'The browser or the sound device stopped. Check that the headset or the speakers are connected.',
  setupTitle: 'The player isn’t set up right',
  setupText: 'This is not your fault. Tell whoever runs this application.',
  failedTitle: 'The call can’t be played',
  failedText: 'Something the player needs didn’t work. Nothing is stored on this computer.',
} as const;

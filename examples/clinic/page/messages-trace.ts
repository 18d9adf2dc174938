/** What the page says about leaked copies. */
export const traceEn = {
  heading: 'Trace a leak',
  intro:
    'Has a copy of a call turned up where it should not be? The sound itself carries whose keys opened it. Sound taken by a telephone or a voice message will do.',
  choose: 'Choose the leaked recording, or drop it here',
  formats: 'WAV, MP3, M4A or Ogg, {megabytes} MB at most. A minute and a half is mostly enough.',
  another: 'Choose another recording, or drop it here',
  listening: 'Listening for the mark in {file}. This takes some seconds for each minute of sound.',
  sample: 'Trace a sample leak',
  sampleCaption:
    'Has a colleague, Per Ek, open the first call with a client of his own that marks nothing, and sends what he gets through a telephone.',
  sampleMaking: 'Per Ek opens the call and takes its sound…',
  sampleFile: 'sample-leak.wav',
  stop: 'Stop',
  stopped: 'Stopped. Nothing was found out.',

  cameFrom: 'The sound in {file} came from {who}.',
  pointsAt: 'In {file} is the mark of a session of {who}.',
  person: '{name}, {unit}',
  notFound: 'No mark found in {file}.',

  sure: 'How sure',
  sureOf: 'The chance that it fits someone who had nothing to do with the copy is less than {odds}.',
  sureOfSession: 'The chance that sound without this mark seems to have it is less than {odds}.',
  /** For 1e-9, 1e-10, 1e-11 and 1e-12. */
  odds: [
    'one in a thousand million',
    'one in ten thousand million',
    'one in a hundred thousand million',
    'one in a million million',
  ] as readonly string[],
  restsOn: 'It rests on',
  restsOnParts:
    '{seconds} s of the recording. Every two seconds exist in two versions: {agreed} of {parts} parts are those given to {name}.',
  restsOnSound: '{seconds} s of the copy.',
  notUnlocked: 'Of these, {seconds} s had been unlocked for {name}.',
  call: 'Call',
  fromPosition: '{call}, from {position}',
  session: 'Session',
  sessionOpened: '{session}, opened {day}, {time}',
  sessionUnknown: 'Not told: too little of the player’s own mark is left in the copy.',
  sessionForged:
    'The player’s own mark is that of a session of {name}, which the recording’s contradicts. A tampered player can put in another’s mark.',

  meaning:
    'This says whose keys opened the sound. It does not say who made the copy, or why: talk to the person before you conclude anything. This trace is itself on record.',
  leadOnly:
    'This mark is put in by the player, and a tampered player can put in another’s. It is a lead, and too little is left of the recording’s own mark to confirm it.',
  nothingMeans:
    'The evidence did not reach the level at which a name is given, a chance of one in a thousand million. The copy may be too short or too noisy, or not of a call that is kept here. It does not mean that nobody here leaked it.',
  recognised: 'The call was recognised: {call}, from {position}. More of the sound may name someone.',

  tooLarge:
    '{file} is {size} MB; {megabytes} MB at most can be traced. Cut out one to ten minutes, or save it as MP3, and choose that.',
  unreadable: '{file} can’t be read as a recording. Save it as WAV or MP3 and choose that.',
  busy: 'The key service is searching another copy. Try again in half a minute.',
  failed: 'The trace could not be made. Try again.',
};

export type TraceMessages = typeof traceEn;

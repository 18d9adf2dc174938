import type { TraceMessages } from './messages-trace.ts';

export const traceSv: TraceMessages = {
  heading: 'Spåra en läcka',
  intro:
    'Har en kopia av ett samtal dykt upp där den inte ska vara? Ljudet bär självt med sig vems nycklar som öppnade det. Ljud från en telefon eller ett röstmeddelande duger.',
  choose: 'Välj den läckta inspelningen, eller släpp den här',
  formats: 'WAV, MP3, M4A eller Ogg, högst {megabytes} MB. En och en halv minut räcker oftast.',
  another: 'Välj en annan inspelning, eller släpp den här',
  listening: 'Lyssnar efter märket i {file}. Det tar några sekunder för varje minut ljud.',
  sample: 'Spåra en provläcka',
  sampleCaption:
    'En kollega, Per Ek, öppnar det första samtalet med ett eget program som inte märker något, och ljudet skickas genom en telefon.',
  sampleMaking: 'Per Ek öppnar samtalet och tar ljudet…',
  sampleFile: 'provläcka.wav',
  stop: 'Avbryt',
  stopped: 'Avbrutet. Inget har kommit fram.',

  cameFrom: 'Ljudet i {file} kom från {who}.',
  pointsAt: 'I {file} finns märket för en session som {who} hade.',
  person: '{name}, {unit}',
  notFound: 'Inget märke hittades i {file}.',

  sure: 'Hur säkert',
  sureOf: 'Risken att det passar någon som inte hade med kopian att göra är mindre än {odds}.',
  sureOfSession: 'Risken att ljud utan det här märket verkar ha det är mindre än {odds}.',
  odds: ['en på miljarden', 'en på tio miljarder', 'en på hundra miljarder', 'en på tusen miljarder'],
  restsOn: 'Vad det vilar på',
  restsOnParts:
    '{seconds} s av inspelningen. Varje två sekunder finns i två versioner: {agreed} av {parts} delar är de som {name} fick.',
  restsOnSound: '{seconds} s av kopian.',
  notUnlocked: 'Av dem hade {seconds} s låsts upp för {name}.',
  call: 'Samtal',
  fromPosition: '{call}, från {position}',
  session: 'Session',
  sessionOpened: '{session}, öppnad {day}, {time}',
  sessionUnknown: 'Okänd: för lite av spelarens eget märke finns kvar i kopian.',
  sessionForged:
    'Spelarens eget märke hör till en session som {name} hade, och inspelningens säger emot det. En manipulerad spelare kan lägga in någon annans märke.',

  meaning:
    'Det här säger vems nycklar som öppnade ljudet. Det säger inte vem som gjorde kopian eller varför: tala med personen innan du drar några slutsatser. Också spårningen är registrerad.',
  leadOnly:
    'Det här märket lägger spelaren in, och en manipulerad spelare kan lägga in någon annans. Det är ett spår, och för lite av inspelningens eget märke finns kvar för att bekräfta det.',
  nothingMeans:
    'Det som hittades når inte nivån där ett namn anges, en risk på en på miljarden. Kopian kan vara för kort eller ha för mycket brus, eller vara av ett samtal som inte finns här. Det betyder inte att ingen här har läckt det.',
  recognised: 'Samtalet kändes igen: {call}, från {position}. Mer av ljudet kan leda till ett namn.',

  tooLarge:
    '{file} är {size} MB; högst {megabytes} MB kan spåras. Klipp ut en till tio minuter, eller spara som MP3, och välj det.',
  unreadable: '{file} kan inte läsas som en inspelning. Spara den som WAV eller MP3 och välj den.',
  busy: 'Nyckeltjänsten söker i en annan kopia. Försök igen om en halv minut.',
  failed: 'Spårningen kunde inte göras. Försök igen.',
};

/** One person's recordings, as a Debian package or this repository has them. */
export interface Voice {
  readonly name: string;
  /** Debian package, or `null` when the files are in this repository. */
  readonly package: string | null;
  /** As the package's copyright file says. */
  readonly licence: string;
  /** What is heard. */
  readonly says: string;
  /** Folder or file: absolute, or relative to the repository's root. */
  readonly path: string;
}

const MENU = 'telephone menu prompts, digits and spelling alphabet';

const asterisk = (name: string, folder: string, from: Pick<Voice, 'package' | 'licence'>): Voice => ({
  ...from,
  name,
  says: MENU,
  path: `/usr/share/asterisk/sounds/${folder}`,
});

const coreSounds = (language: string, licence: string): Pick<Voice, 'package' | 'licence'> => ({
  package: `asterisk-core-sounds-${language}-wav`,
  licence,
});

const KTUBERLING_LANGUAGES = 'ca da de el en es fi fr ga gl it lt nds nl nn pt ro ru sl sr sv uk wa'.split(
  ' ',
);

const KLETTRES_LANGUAGES = 'ar cs da de en en_GB es fr he hu it lt ml nb nds nl pt_BR ru tn uk'.split(' ');

const ktuberling = (language: string): Voice => ({
  name: `ktuberling-${language}`,
  package: 'ktuberling-data',
  licence: 'GPL-2+',
  says: 'names of things in a picture game',
  path: `/usr/share/ktuberling/sounds/${language}`,
});

const klettres = (language: string): Voice => ({
  name: `klettres-${language}`,
  package: 'klettres-data',
  licence: 'GPL-2+',
  says: 'letters and syllables',
  path: `/usr/share/klettres/${language}`,
});

const pocketsphinx = (folder: string, says: string): Voice => ({
  name: `pocketsphinx-${folder}`,
  package: 'pocketsphinx-testdata',
  licence: 'BSD-2-Clause',
  says,
  path: `/usr/share/pocketsphinx/test/data/${folder}`,
});

const PHONE_CALL: Voice = {
  name: 'phone-call',
  package: null,
  licence: 'Apache-2.0',
  says: 'a telephone conversation',
  path: 'examples/clinic/recordings/phone-call.wav',
};

const MEETINGS: Voice = {
  name: 'meetings',
  package: null,
  licence: 'CC-BY-4.0',
  says: 'several people in a meeting',
  path: 'test/bench/watermark/meetings',
};

/** The detector's network and every constant are tuned on these, and on nothing else. */
export const TRAINING_VOICES: readonly Voice[] = [
  asterisk('june-fr', 'fr_CA_f_June', coreSounds('fr', 'CC-BY-SA-3.0')),
  asterisk('armelle-fr', 'fr', { package: 'asterisk-prompt-fr-armelle', licence: 'BSD-2-Clause' }),
  asterisk('avatar-es', 'es', { package: 'asterisk-prompt-es-co', licence: 'GPL-2' }),
  asterisk('menardi-it', 'it_IT_f_Menardi', {
    package: 'asterisk-prompt-it-menardi-wav',
    licence: 'CC-BY-SA-3.0-IT',
  }),
  ...KTUBERLING_LANGUAGES.map(ktuberling),
  ...KLETTRES_LANGUAGES.map(klettres),
  pocketsphinx('cards', 'names of playing cards'),
  pocketsphinx('librivox', 'a novel read aloud'),
  PHONE_CALL,
  MEETINGS,
];

/** The bars are measured on these, and nothing is tuned on them. English and Spanish are spoken by the same person. */
export const JUDGING_VOICES: readonly Voice[] = [
  asterisk('allison-en', 'en_US_f_Allison', coreSounds('en', 'CC-BY-SA-3.0')),
  asterisk('allison-es', 'es_MX_f_Allison', coreSounds('es', 'CC-BY-SA-3.0')),
  asterisk('carlo-it', 'it_IT_m_Carlo', coreSounds('it', 'CC-BY-3.0')),
  asterisk('ivrvoice-ru', 'ru_RU_f_IvrvoiceRU', coreSounds('ru', 'CC-BY-3.0')),
];

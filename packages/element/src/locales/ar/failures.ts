import type { words as english } from '../en/failures.ts';

/** What does not work, in Arabic. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  damagedTitle: 'جزء من هذا التسجيل تالف',
  damagedText: 'ليس الصوت هو ما خُتم عند تسجيل المكالمة، لذلك لا يُشغَّل.',
  damagedTextAt: 'ليس الصوت عند {position} هو ما خُتم عند تسجيل المكالمة، لذلك لا يُشغَّل.',
  damagedAction: 'أبلغ عن العطل',
  unsupportedTitle: 'لا يستطيع هذا المتصفح فتح المكالمات المحمية',
  unsupportedText:
    'ينقصه ما يلزم لإبقاء الصوت مختومًا. استخدم إصدارًا حديثًا من Chrome أو Edge أو Firefox أو Safari.',
  unsupportedAction: 'انسخ الرابط لمتصفح آخر',
  linkCopied: 'نُسخ الرابط',
  unmarkedTitle: 'الصوت متوقف: لا يمكن وسمه باسمك',
  unmarkedText: 'لا تُشغَّل المكالمات هنا إلا موسومة.',
  unauthorizedTitle: 'تعذّر تأكيد إذنك',
  unauthorizedText:
    'لم يؤكد النظام الذي تعمل فيه أن لك فتح هذه المكالمة. قد تحتاج إلى تسجيل الدخول فيه من جديد.',
  unconfirmedText: 'حاول مرة أخرى. إذا استمر الأمر فأخبر من يدير هذا التطبيق.',
  unreachableTitle: 'الخدمة التي تفتح المكالمات لا تجيب',
  unreachableText: 'لا يمكن تشغيل شيء حتى تجيب، ولم يُشغَّل شيء بلا قيد.',
  unavailableTitle: 'تعذّر جلب التسجيل',
  unavailableText: 'لا يسلّمه الأرشيف الآن. وقت وصولك مستمر.',
  silentTitle: 'تعذّر تشغيل الصوت على هذا الحاسوب',
  silentText: 'توقف المتصفح أو جهاز الصوت. تأكد من توصيل السماعة أو مكبرات الصوت.',
  setupTitle: 'المشغّل غير مُعدّ كما يجب',
  setupText: 'ليس هذا خطأك. أخبر من يدير هذا التطبيق.',
  failedTitle: 'تعذّر تشغيل المكالمة',
  failedText: 'شيء يحتاجه المشغّل لم يعمل. لا شيء محفوظ على هذا الحاسوب.',
};

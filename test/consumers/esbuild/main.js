import '@secure-call/element/define';

document.querySelector('secure-call-player').source = {
  call: 'q3ZkX0mFQJmYkq1V8u2bRw',
  service: 'https://keys.region.example',
  async authorize({ signal, ...question }) {
    const answer = await fetch('/grants', { method: 'POST', body: JSON.stringify(question), signal });
    if (!answer.ok) throw new Error('no grant');
    return answer.text();
  },
};

// The pages that the links in mails open. The token is sent only when the person presses the button: mail
// scanners that follow links must not use it up.
const token = new URLSearchParams(location.search).get('token') ?? '';
history.replaceState(null, '', location.pathname);

const outcome = document.getElementById('outcome');
const form = document.querySelector('form');
const steps = {
  verify: {
    path: '/v1/auth/verify-email',
    body: () => ({ token }),
    done: 'Your address is confirmed. You can sign in now.',
  },
  reset: {
    path: '/v1/auth/password/reset',
    body: () => ({ token, password: form.elements.password.value }),
    done: 'Your new password is saved. You can sign in with it now.',
  },
};
const step = steps[form.id];

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  form.querySelector('button').disabled = true;
  try {
    const answer = await fetch(step.path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(step.body()),
    });
    if (!answer.ok) throw new Error((await answer.json()).error.message);
    outcome.textContent = step.done;
    form.remove();
  } catch (error) {
    outcome.textContent = `That did not work: ${error.message}`;
    form.querySelector('button').disabled = false;
  }
});

// Starts GraphiQL on this server's own endpoint. What is typed stays in this tab: requests may hold identity data.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import './page.css';

const defaultQuery = `# Ctrl + Enter runs this.
# The book icon: documentation.
# To act as someone, sign in (top
# right), or put under "Headers":
# { "Authorization": "Bearer …" }

query FirstLook {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

/** Sends one operation with the session's cookie and whatever the header editor holds. */
async function send(parameters, { headers } = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(parameters),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { status: response.status, body: text };
  }
}

const logo = createElement(
  GraphiQL.Logo,
  null,
  createElement('a', { className: 'sign-in', href: '/sign-in?return_to=/graphiql&prompt=login' }, 'Sign in'),
);

createRoot(document.getElementById('graphiql')).render(
  createElement(
    GraphiQL,
    { fetcher: send, defaultQuery, storage: window.sessionStorage, shouldPersistHeaders: false },
    logo,
  ),
);

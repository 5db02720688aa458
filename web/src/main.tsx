import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { noteLinkFailure } from './pages/shell.js';
import { router } from './routes.js';
import { signInByLink } from './session/login-link.js';
import './ui/theme.css';

noteLinkFailure(await signInByLink());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);

// Follows from openapi.json: deno task generate.

export interface paths {
    "/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account
         * @description The account gets the role `user`. Any other role requires the token of a user who holds `roles:grant` and every permission of the role. With `SENTINEL_REGISTRATION=off` the answer is `registration_closed`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail a link and a code to confirm an e-mail address
         * @description The answer is the same whether or not an account has the address, or has confirmed it. The link leads to `/verify?ticket=…` and works once, for 24 hours; the code counts only with the `flow` of this answer.
         */
        post: operations["requestEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-verification/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an e-mail address with the link or the code of a mail
         * @description The first confirmation that comes from another client than its request ends the password, second factors, sessions and API keys of the account, as somebody else may have created it. Then `reset_ticket` sets a new password.
         */
        post: operations["completeEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail a link to set a new password
         * @description The answer is the same whether or not anyone has the address. The link leads to `/reset?ticket=…`, works once, for 30 minutes, and not after another one was requested.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-reset/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the link of a mail
         * @description Ends every session of the account, and logs nobody in. A password that the policy refuses leaves the link as it was.
         */
        post: operations["completePasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invitations that nobody has accepted, the newest first
         * @description Requires the permission `users:read`.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite a user by mail
         * @description The link leads to `/invite?ticket=…`, works once, for 7 days, and for this address only. Another invitation to the address replaces it. The account is created when the user accepts, if you may still grant the roles then. Requires the permission `users:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create the account of an invitation
         * @description The account has the address of the invitation, which counts as confirmed.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invitation
         * @description Requires the permission `users:write`.
         */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your own account
         * @description Your account and roles as they are now, not as they were when the token was issued.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Delete your account and erase your personal data
         * @description Requires the current password. Sessions and grants are deleted with the account. The audit log keeps your actions by id, but no names, addresses or devices. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        /**
         * Change your username or e-mail address
         * @description Absent members stay as they are; null removes a name, and one must remain. Another e-mail address, or none, takes the current password; while mails are sent, another one is confirmed by them, at `PUT /users/me/email`. `If-Match` takes the `ETag` of this operation's last answer. The password is changed with `PUT /users/me/password`. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to change the e-mail address (RFC 9470).
         */
        patch: operations["changeMe"];
        trace?: never;
    };
    "/users/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your e-mail address, after both addresses have confirmed
         * @description Mails a link and a code to the new address, and to the one of now if you have confirmed that. The address changes when both have agreed. The answer does not say whether another account has the address. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        put: operations["changeMyEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-change/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the change of an e-mail address with the link or the code of a mail */
        post: operations["completeEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your second factors */
        get: operations["listMyFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/factors/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up an authenticator app
         * @description The app gets the secret by the QR code, the URI, or by hand: codes of six digits every 30 seconds (RFC 6238, SHA-1). It counts once a first code has confirmed it, within ten minutes. The secret is shown once. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes (RFC 9470).
         */
        post: operations["createMyTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/factors/totp/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an authenticator app with its first code
         * @description Requires a token of a login, without scopes.
         */
        post: operations["confirmMyTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/factors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one of your second factors
         * @description The recovery codes go with the last one. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes (RFC 9470).
         */
        delete: operations["deleteMyFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace your recovery codes
         * @description Earlier codes no longer work. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes (RFC 9470).
         */
        post: operations["createMyRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your passkeys */
        get: operations["listMyPasskeys"];
        put?: never;
        /**
         * Add the new passkey
         * @description From now on you sign in with it alone, or with a password and it. Requires a token of a login, without scopes.
         */
        post: operations["createMyPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new passkey
         * @description What the browser creates it by; good for one `POST /users/me/passkeys` within five minutes. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes (RFC 9470).
         */
        post: operations["beginMyPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one of your passkeys
         * @description As `DELETE /users/me/factors/{id}`. The recovery codes go with the last factor. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes (RFC 9470).
         */
        delete: operations["deleteMyPasskey"];
        options?: never;
        head?: never;
        /**
         * Rename one of your passkeys
         * @description Requires a token of a login, without scopes.
         */
        patch: operations["renameMyPasskey"];
        trace?: never;
    };
    "/users/me/passkeys/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a proof by one of your passkeys
         * @description Where an operation takes `factor`, send the answer of the authenticator with this `challenge_id`. Requires a token of a login, without scopes.
         */
        post: operations["challengeMyPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users, by username, or by e-mail address if they have no username
         * @description Requires the permission `users:read`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create an account for another user
         * @description Requires the permission `users:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user
         * @description Requires the permission `users:read`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user and erase their personal data
         * @description Sessions and grants are deleted with the account. The audit log keeps the user's actions by id, but no names, addresses or devices. You can delete only users who hold no more than you do. Requires the permission `users:delete`.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable a user
         * @description Absent members stay as they are; null removes a name, and one must remain. You can change only users who hold no more than you do. Your own password is changed with `PUT /users/me/password`. Requires the permission `users:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to change your own e-mail address (RFC 9470).
         */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/users/{id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The second factors of a user
         * @description Requires the permission `users:read`.
         */
        get: operations["listUserFactors"];
        put?: never;
        post?: never;
        /**
         * Remove all second factors and recovery codes of a user who has lost them
         * @description You must hold all that the user holds, for at least as long. The user is told by mail, and signs in by the password alone until another factor is set up: make sure first that it is the user who asks. Requires the permission `users:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        delete: operations["resetUserFactors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List service accounts by name
         * @description Requires the permission `service_accounts:read`.
         */
        get: operations["listServiceAccounts"];
        put?: never;
        /**
         * Create a service account
         * @description A service account has roles like a user, but no username, e-mail address or password, so it cannot log in. In decisions it is a subject of type `user`, identified by its id. The list of users does not contain it. Requires the permission `service_accounts:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        post: operations["createServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A service account
         * @description Requires the permission `service_accounts:read`.
         */
        get: operations["getServiceAccount"];
        put?: never;
        post?: never;
        /**
         * Delete a service account
         * @description Its grants are deleted with it. You can delete only service accounts that hold no more than you do. Requires the permission `service_accounts:write`.
         */
        delete: operations["deleteServiceAccount"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable a service account
         * @description Absent members stay unchanged. You can change only service accounts that hold no more than you do. Requires the permission `service_accounts:write`.
         */
        patch: operations["changeServiceAccount"];
        trace?: never;
    };
    "/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A copy of what is stored about you
         * @description It contains no password, secret or key, nor their hashes. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        get: operations["exportMyData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys that verify access tokens and id_tokens, RSA keys first (RFC 7517 §5) */
        get: operations["listSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a username or e-mail address and a password
         * @description RFC 6749 §4.3, kept for first-party clients. Unknown members are ignored (RFC 6749 §3.2).
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove a second factor, and get the tokens of the login
         * @description A login takes five wrong proofs within five minutes; then it begins anew.
         */
        post: operations["loginFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/enrolment/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up an authenticator app that a login requires
         * @description The app gets the secret by the QR code, the URI, or by hand: codes of six digits every 30 seconds (RFC 6238, SHA-1). A further request replaces it. A login takes ten requests for secrets and codes within ten minutes; then it begins anew.
         */
        post: operations["enrolAtLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/enrolment/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the new authenticator app with its first code, and get the tokens of the login */
        post: operations["confirmEnrolmentAtLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/enrolment/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a passkey as the second factor that a login requires
         * @description A further request replaces the challenge. It counts among the ten requests of the login.
         */
        post: operations["beginPasskeyEnrolmentAtLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/enrolment/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the passkey that the browser has created, and get the tokens of the login */
        post: operations["enrolPasskeyAtLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a login with a passkey alone
         * @description The answer names no one: the authenticator offers the passkeys that it has for this service. It is good for one `POST /login/passkey` within five minutes.
         */
        post: operations["beginPasskeyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a passkey alone
         * @description The authenticator must have verified the user, by a PIN or a fingerprint. The session has `aal` 2.
         */
        post: operations["loginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session of the bearer token or of `refresh_token`
         * @description Answers 204 whether the tokens are valid or not. An expired access token ends no session; a refresh token does, even one that was already used.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Requires a token of a login, without scopes.
         */
        delete: operations["endMySession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your sessions, newest first */
        get: operations["listMySessions"];
        put?: never;
        post?: never;
        /**
         * End all your sessions except this one
         * @description Requires a token of a login, without scopes.
         */
        delete: operations["endMyOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one session of a user
         * @description Requires the permission `sessions:revoke`.
         */
        delete: operations["endUserSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's sessions, newest first
         * @description Requires the permission `sessions:read`.
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        /**
         * End all sessions of a user
         * @description You can end only sessions of users who hold no more than you do. Requires the permission `sessions:revoke`.
         */
        delete: operations["endUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/device_authorization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sign-in on a device without a browser (RFC 8628 §3.1)
         * @description Clients authenticate as at the token endpoint. Show the user code and the address, then ask `/oauth/token` for tokens every 5 s.
         */
        post: operations["authorizeDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/par": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Push an authorization request before the browser comes (RFC 9126)
         * @description Clients authenticate as at the token endpoint. Then send the browser to `/oauth/authorize` with `client_id` and `request_uri` alone, within 60 s. It gets one answer. A proof in the header `DPoP` binds the code to its key, as `dpop_jkt` does (RFC 9449 §10.1).
         */
        post: operations["pushAuthorizationRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in, exchange a code, refresh tokens, or get a token as a client (RFC 6749 §3.2)
         * @description A code works once, within 60 s; a second use that is right in all else revokes what the first one gave. A refresh token can be used once. Within the grace period, or within 10 minutes while the next token is unused, a second use returns the same next token, so that a lost answer or a second tab logs no user out. A later use, or one after more than three newer tokens, ends the session. After a 503, send the same token again. With a proof in the header `DPoP`, made for this endpoint, a client gets an access token that counts only with such a proof (RFC 9449); the refresh tokens of a public client count only with it too. Logins ignore the header.
         */
        post: operations["token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token and its session (RFC 7009)
         * @description Answers 200 whether the token is valid or not (RFC 7009 §2.2). The session of a login ends with all its tokens, and so does that of a user's sign-in with the client; what the user allowed it stays. By a token of its own a client ends all of those that it got until now. Tokens of other clients stay.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a token is valid now, and its user, roles and times (RFC 7662)
         * @description A client learns only of tokens that it got itself, and of those for its `resources`, unless it registered itself. Requires the permission `tokens:introspect`, or a client's id and secret.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which tokens no longer count, for those who verify them offline
         * @description Poll it, with the last `cursor` as `since` and the last `ETag` as `If-None-Match`. Full pages are followed by more at once. An item may come more than once, and no item is left out. A client learns only of tokens that it got itself, and of those for its `resources`, unless it registered itself. Requires the permission `tokens:introspect`, or a client's id and secret.
         */
        get: operations["listRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/userinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who signed in (OpenID Connect Core 1.0 §5.3)
         * @description Takes the access tokens that applications get when a user signs in, and no others.
         */
        get: operations["getUserinfo"];
        put?: never;
        /** As `GET /oauth/userinfo`, which also takes the token in a form */
        post: operations["postUserinfo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The addresses of the OAuth endpoints, and what they support (RFC 8414) */
        get: operations["getAuthorizationServerMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same for OpenID Connect (OpenID Connect Discovery 1.0 §4) */
        get: operations["getOpenIdConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How clients get tokens for this API (RFC 9728) */
        get: operations["getProtectedResourceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove again who you are, for what requires a fresh sign-in (RFC 9470)
         * @description Call it after `insufficient_user_authentication`, and repeat that request with the new access token. The answer takes the place of the earlier tokens: earlier access tokens stay as they are until they expire, and an earlier refresh token is refused, and counts as reused once the new one was used. If the answer is lost, call it again with the same access token. Requires a token of a login, without scopes.
         */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password and end your other sessions
         * @description Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your API keys, newest first
         * @description Keys that were revoked or have expired are listed for 30 days.
         */
        get: operations["listMyApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Send it as `Authorization: Bearer`, as `x-api-key`, or as the password of HTTP Basic with any username. It is never a key to your account: it creates no keys and changes neither your password nor your sessions. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        post: operations["createMyApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of your API keys */
        get: operations["getMyApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke one of your API keys
         * @description Requires a token of a login, without scopes.
         */
        delete: operations["deleteMyApiKey"];
        options?: never;
        head?: never;
        /**
         * Rename one of your API keys
         * @description Nothing else of a key can be changed: create another one. Requires a token of a login, without scopes.
         */
        patch: operations["changeMyApiKey"];
        trace?: never;
    };
    "/users/me/api-keys/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate an API key: issue a second secret
         * @description Both secrets work until the first one expires. A key has at most two: delete one to rotate again sooner. Requires a token of a login, without scopes. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        post: operations["createMyApiKeySecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/api-keys/{id}/secrets/{secret_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete one secret of an API key at once
         * @description Requires a token of a login, without scopes.
         */
        delete: operations["deleteMyApiKeySecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one API key of a user
         * @description You must hold all that the user holds. Requires the permission `api_keys:revoke`.
         */
        delete: operations["revokeUserApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API keys of a user, newest first
         * @description Requires the permission `api_keys:read`.
         */
        get: operations["listUserApiKeys"];
        put?: never;
        post?: never;
        /**
         * Revoke all API keys of a user
         * @description You must hold all that the user holds. Requires the permission `api_keys:revoke`.
         */
        delete: operations["revokeUserApiKeys"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/revoke-leaked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke API keys that were found in public
         * @description For secret scanners and for everyone who finds a key: to have it is the proof. The answer is 204 whatever was sent, so it tells nothing about a text.
         */
        post: operations["revokeLeakedApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API keys of a service account, newest first
         * @description Requires the permission `service_accounts:read`.
         */
        get: operations["listServiceAccountApiKeys"];
        put?: never;
        /**
         * Create an API key of a service account
         * @description You must hold all that the service account holds, and each scope until the key expires. A credential with scopes creates no keys. Requires the permission `service_accounts:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        post: operations["createServiceAccountApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One API key of a service account
         * @description Requires the permission `service_accounts:read`.
         */
        get: operations["getServiceAccountApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key of a service account
         * @description Requires the permission `service_accounts:write`.
         */
        delete: operations["deleteServiceAccountApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/api-keys/{key_id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate an API key of a service account
         * @description By the rules for creating one. Requires the permission `service_accounts:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        post: operations["createServiceAccountApiKeySecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/api-keys/{key_id}/secrets/{secret_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete one secret of an API key of a service account
         * @description Requires the permission `service_accounts:write`.
         */
        delete: operations["deleteServiceAccountApiKeySecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the applications that you allowed access to your account
         * @description Applications of the operator ask for nothing and are not listed; `/users/me/sessions` has their sessions.
         */
        get: operations["listMyConsents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/consents/{client_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the access of an application to your account
         * @description Its sessions end, and it has to ask you again. Requires a token of a login, without scopes.
         */
        delete: operations["withdrawMyConsent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List OAuth clients, newest first
         * @description Requires the permission `clients:read`.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Create an OAuth client
         * @description The answer has its secret, unless it is public. A client with the grant type `client_credentials` gets a service account. Requires the permission `clients:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to get a secret (RFC 9470).
         */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An OAuth client
         * @description Requires the permission `clients:read`.
         */
        get: operations["getClient"];
        put?: never;
        post?: never;
        /**
         * Delete an OAuth client
         * @description Its secrets, its tokens, its sessions of users and its service account end with it. Requires the permission `clients:write`.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable an OAuth client
         * @description Absent members stay unchanged. You can change only clients that hold no more than you do, and give them only permissions that you hold. A client loses its secrets when it becomes public or takes keys. Requires the permission `clients:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to change its keys (RFC 9470).
         */
        patch: operations["changeClient"];
        trace?: never;
    };
    "/clients/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke all tokens that a client got until now
         * @description Its secrets stay: it can get new tokens at once. Requires the permission `clients:write`.
         */
        delete: operations["revokeClientTokens"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The secrets of an OAuth client that are valid, newest first
         * @description Requires the permission `clients:read`.
         */
        get: operations["listClientSecrets"];
        put?: never;
        /**
         * Rotate the secret of an OAuth client: issue a second one
         * @description Both work until the first one expires. A client has at most two: delete one to rotate again sooner. Requires the permission `clients:write`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one (RFC 9470).
         */
        post: operations["createClientSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients/{id}/secrets/{secret_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete one secret of an OAuth client at once
         * @description Requires the permission `clients:write`.
         */
        delete: operations["deleteClientSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clients/{id}/refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why requests of an OAuth client were refused, the latest reason first
         * @description The latest 50 reasons, a few seconds late, each explained by what the client is now. Requires the permission `clients:read`.
         */
        get: operations["listClientRefusals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the APIs that tokens are issued for, by URI
         * @description Requires the permission `api_resources:read`.
         */
        get: operations["listApiResources"];
        put?: never;
        /**
         * Register an API that tokens are issued for (RFC 8707)
         * @description Clients name it as `resource` when they ask for a token. It verifies the token by the keys of `/.well-known/jwks.json`, or introspects it as a client of its own. Requires the permission `api_resources:write`.
         */
        post: operations["createApiResource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An API that tokens are issued for
         * @description Requires the permission `api_resources:read`.
         */
        get: operations["getApiResource"];
        put?: never;
        post?: never;
        /**
         * Delete an API that no client may get tokens for
         * @description Requires the permission `api_resources:write`.
         */
        delete: operations["deleteApiResource"];
        options?: never;
        head?: never;
        /**
         * Change an API that tokens are issued for
         * @description Absent members stay unchanged. Its URI cannot be changed. Tokens that were issued keep what they carry. Requires the permission `api_resources:write`.
         */
        patch: operations["changeApiResource"];
        trace?: never;
    };
    "/oauth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an OAuth client (RFC 7591)
         * @description Served with `SENTINEL_CLIENT_REGISTRATION=token`, for users and API keys that hold `clients:register`, or `open`, for everybody. Users are asked for consent. The client may get tokens for APIs with `open_to_dynamic`, and is deleted when nobody used it for 30 days.
         */
        post: operations["registerClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List permissions by name
         * @description Requires the permission `roles:read`.
         */
        get: operations["listPermissions"];
        put?: never;
        /**
         * Register a permission of an application
         * @description `admin` holds it at once. There are no wildcards. Requires the permission `permissions:write`.
         */
        post: operations["createPermission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/permissions/{permission}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A permission
         * @description Requires the permission `roles:read`.
         */
        get: operations["getPermission"];
        put?: never;
        post?: never;
        /**
         * Delete a permission that no role holds
         * @description Requires the permission `permissions:write`.
         */
        delete: operations["deletePermission"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List roles by name
         * @description Requires the permission `roles:read`.
         */
        get: operations["listRoles"];
        put?: never;
        /**
         * Create a role
         * @description You must hold its parents and all of its permissions, by grants that do not expire. You do not get the role: an administrator must grant it first. Until then you may edit and delete it. Requires the permission `roles:write`.
         */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A role
         * @description Requires the permission `roles:read`.
         */
        get: operations["getRole"];
        put?: never;
        post?: never;
        /**
         * Delete a role and revoke it from everybody who has it
         * @description You must hold the role or, if no user holds it, all of its permissions. Requires the permission `roles:write`.
         */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        /**
         * Change what a role gives, its description, and whether its holders must have a second factor
         * @description Members that are absent stay unchanged. You must hold the role or, if no user holds it, all of its permissions; and what is added, by grants that do not expire. `POST /roles/{role}/preview` answers who would gain and lose what. Requires the permission `roles:write`.
         */
        patch: operations["changeRole"];
        trace?: never;
    };
    "/roles/{role}/permissions/{permission}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a permission to a role
         * @description You must hold the permission yourself, by a grant that does not expire. You must also hold the role or, if no user holds it, all of its permissions. Requires the permission `roles:write`.
         */
        put: operations["addRolePermission"];
        post?: never;
        /**
         * Remove a permission from a role
         * @description Requires the permission `roles:write`.
         */
        delete: operations["removeRolePermission"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{role}/parents/{parent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a role inherit from another
         * @description Cycles are refused, and no role inherits from `admin`. You must hold the parent, by grants that do not expire. You must also hold the role or, if no user holds it, all of its permissions. Requires the permission `roles:write`.
         */
        put: operations["addRoleParent"];
        post?: never;
        /**
         * Stop a role from inheriting from another
         * @description Requires the permission `roles:write`.
         */
        delete: operations["removeRoleParent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{role}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who would gain and lose what by a change of a role
         * @description Takes what `PATCH /roles/{role}` takes, and changes nothing. Grants that have expired do not count. Deleting a role has the effect of removing all its permissions and parents. Requires the permission `roles:read`.
         */
        post: operations["previewRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/role-exclusions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List role exclusions, oldest first
         * @description Requires the permission `roles:read`.
         */
        get: operations["listRoleExclusions"];
        put?: never;
        /**
         * Create a role exclusion
         * @description Static separation of duty: a user may hold at most `at_most` of these roles, granted or inherited. It is refused while a user holds more. Creating or deleting an exclusion requires holding all of its roles, so it is reserved for administrators: any other user who holds all of them violates the exclusion. Requires the permission `roles:write`.
         */
        post: operations["createRoleExclusion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/role-exclusions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a role exclusion
         * @description Requires the permission `roles:write`.
         */
        delete: operations["deleteRoleExclusion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin-only": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that you may enter the admin area
         * @description Requires the permission `admin_area:enter`.
         */
        get: operations["enterAdminArea"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Grant a role to a user
         * @description You must hold the role for at least as long as you grant it, and every role of the user. You hold a role by a grant of it or of a role that inherits from it; `admin` holds every role, and everyone holds `user`. Repeating the call replaces the expiry. `If-Match` takes the user's `ETag`. Requires the permission `roles:grant`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        put: operations["grantRole"];
        post?: never;
        /**
         * Revoke a role from a user
         * @description You must hold the role and every role of the user. `If-Match` takes the user's `ETag`. Requires the permission `roles:grant`.
         */
        delete: operations["revokeRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's permissions, and the grants that give them
         * @description Requires the permission `users:read`.
         */
        get: operations["listUserPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Grant a role to a service account
         * @description The rules are those for users: you must hold the role for at least as long as you grant it, and every role of the service account. `If-Match` takes the service account's `ETag`. Requires the permission `roles:grant`. Requires a sign-in or a step-up within the last 10 minutes, with the second factor of a user who has one to grant the role `admin` (RFC 9470).
         */
        put: operations["grantServiceAccountRole"];
        post?: never;
        /**
         * Revoke a role from a service account
         * @description You must hold the role and every role of the service account. `If-Match` takes its `ETag`. Requires the permission `roles:grant`.
         */
        delete: operations["revokeServiceAccountRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service-accounts/{id}/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A service account's permissions, and the grants that give them
         * @description Requires the permission `service_accounts:read`.
         */
        get: operations["listServiceAccountPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/evaluation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * May this subject do this action on this resource?
         * @description AuthZEN 1.0, Access Evaluation API. The permission is `resource.type:action.name`. Asking about other users requires `decisions:evaluate`. `context.explain` asks for an explanation.
         */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make several decisions at once
         * @description AuthZEN 1.0, Access Evaluations API, for up to 1,000 evaluations, or 100 with explanations. An incomplete evaluation is denied, with an `error` in its context. Without `evaluations` the operation works like `POST /access/v1/evaluation`.
         */
        post: operations["evaluateSeveral"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/search/subject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who may do this action on this resource?
         * @description AuthZEN 1.0, Subject Search API: active users and service accounts, by id. Requires the permission `decisions:evaluate`.
         */
        post: operations["searchSubjects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access/v1/search/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What may this subject do on this resource?
         * @description AuthZEN 1.0, Action Search API: actions in the order of their names. Asking about other users requires `decisions:evaluate`.
         */
        post: operations["searchActions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/authzen-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The addresses of the decision endpoints (AuthZEN 1.0, Policy Decision Point Metadata) */
        get: operations["getAuthzenConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log, newest event first
         * @description Events cannot be changed or deleted; `sentinel audit verify` proves it. A search with several filters reads 20,000 events per page, so a page may have fewer items than asked for, or none, and still have a next page. Requires the permission `audit:read`.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-events/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The proof that an event is in the chain and unchanged
         * @description `sentinel audit check FILE` checks a saved proof without the database. Requires the permission `audit:read`.
         */
        get: operations["proveAuditEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the audit log is unchanged, as far as this server has verified it
         * @description Each server verifies new events every minute, and keeps the result in its memory, where users of the database cannot change it. Requires the permission `audit:read`.
         */
        get: operations["getAuditVerification"];
        put?: never;
        /**
         * Verify the whole audit log, in the background
         * @description The server verifies some thousand events a second, between requests. If a verification is running, it goes on. Requires the permission `audit:read`.
         */
        post: operations["verifyAuditLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links to everything; a page in a browser */
        get: operations["getHome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers; does not use the database */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests can be served: checks database, schema and keys within a second */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prometheus text exposition, version 0.0.4
         * @description With `SENTINEL_METRICS_TOKEN` set it takes that as bearer token. The shipped proxy answers 404 here.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All problem types; a page in a browser */
        get: operations["listProblemTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The meaning of a problem type (RFC 9457 §3.1.1); a page in a browser */
        get: operations["getProblemType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The API reference, as a page on which every operation can be tried */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The OpenAPI 3.1 document of this API */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The account. `flow` is there with `SENTINEL_EMAIL_VERIFICATION=required`: send it with the code or the ticket of the mail to `POST /email-verification/complete`, and the account keeps its password. */
        Registered: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Null for a user without one
             * @example ada
             */
            username: string | null;
            /**
             * @description Null for a user without one
             * @example ada@example.com
             */
            email: string | null;
            /**
             * @description Whether the owner of the address proved it; another address is unproved again
             * @example true
             */
            email_verified: boolean;
            /**
             * @description Active roles, sorted
             * @example [
             *       "user"
             *     ]
             */
            roles: string[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * @description Keep it where only this user sees it: the code of the mail counts only together with it
             * @example snt_mf_01932c5e7b1a7c3f9d2e4f5a6b7c8d9e3k9Xq2v8Lm4Np6Rt0Wy1Za5Bc7De9Fg2Hi4Jk6Lm8No
             */
            flow?: string;
        };
        /** @description RFC 9457; `type` is `/problems/{code}`. */
        Problem: {
            /** @example /problems/invalid_request */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description The path of the request */
            instance: string;
            request_id: string;
            errors?: {
                /**
                 * @description JSON pointer into the request (RFC 6901 §6)
                 * @example #/password
                 */
                pointer: string;
                /**
                 * @description `custom`: breaks the rule in `detail`; `invalid_element`: an element that is not allowed; `invalid_email`: not a valid e-mail address; `invalid_format`: text in the wrong format; `invalid_key`: a member whose name is not allowed; `invalid_text`: text that is not well-formed Unicode, or contains a NUL; `invalid_type`: missing, or of the wrong type; `invalid_union`: not one of the allowed shapes; `invalid_username`: not a valid username; `invalid_value`: not one of the allowed values; `nameless`: neither a username nor an e-mail address; `not_multiple_of`: a number that is not a multiple of the step; `password_common`: among the most common passwords; `password_guessable`: a repetition, a sequence, a keyboard pattern, a date, or a common word with small additions; `password_is_name`: little more than a name or address of the user or of this service; `password_too_long`: too many bytes for a password; `password_too_short`: too few characters for a password; `past`: a time in the past; `repeated`: the same value twice; `reserved`: a resource name that is reserved for Sentinel; `reserved_username`: a username that only the operator can assign; `role_cycle`: the role would inherit from itself; `too_big`: more or longer than allowed; `too_late`: a time later than is allowed; `too_small`: less or shorter than allowed; `unknown_permission`: a permission that does not exist; `unknown_resource`: an API that is not registered; `unknown_role`: a role that does not exist; `unrecognized_keys`: an unknown member
                 * @example password_too_short
                 */
                code: string;
                detail: string;
            }[];
            /** @description Of `insufficient_user_authentication` */
            acr_values?: string;
            /** @description Of `insufficient_user_authentication` */
            max_age?: number;
            /** @description Of `mfa_required` */
            mfa_token?: string;
            /** @description Of `mfa_required` */
            factors?: ("totp" | "passkey" | "recovery_code")[];
            /** @description Of `mfa_required` */
            enrolment?: boolean;
            /** @description Of `mfa_required` */
            expires_in?: number;
            /** @description Of `mfa_required` */
            passkey_options?: {
                challenge: string;
                rpId: string;
                timeout: number;
                /** @enum {string} */
                userVerification: "required" | "preferred";
                allowCredentials: {
                    id: string;
                    /** @enum {string} */
                    type: "public-key";
                    transports?: string[];
                }[];
            };
        };
        /**
         * @example {
         *       "username": "ada",
         *       "email": "ada@example.com",
         *       "password": "correct horse battery staple"
         *     }
         */
        RegisterRequest: {
            /**
             * @description 3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID
             * @example ada
             */
            username?: string;
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email?: string;
            /**
             * Format: password
             * @description 8 characters or more by default, at most 1024 bytes; any characters are allowed
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description Any role other than `user` requires a token that may grant it
             * @default user
             */
            role?: string;
        } & (unknown | unknown);
        MailFlow: {
            /**
             * @description Keep it where only this user sees it: the code of the mail counts only together with it
             * @example snt_mf_01932c5e7b1a7c3f9d2e4f5a6b7c8d9e3k9Xq2v8Lm4Np6Rt0Wy1Za5Bc7De9Fg2Hi4Jk6Lm8No
             */
            flow: string;
        };
        EmailVerificationRequest: {
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email: string;
        };
        EmailVerified: {
            /**
             * @description A ticket for `POST /password-reset/complete`, if the account has no password any more
             * @example null
             */
            reset_ticket: string | null;
        };
        /**
         * @description Either `ticket`, or `flow` and `code`. A `flow` beside a `ticket` shows that it is the same client.
         * @example {
         *       "flow": "snt_mf_…",
         *       "code": "481207"
         *     }
         */
        MailProof: {
            /**
             * @description What follows `ticket=` in the link of the mail
             * @example snt_mt_AZMsXnsafD-dLk9aa3yNngVQb1x0m4rF0o5o7c2l2b0XvY8o2n1k3m5q7s9u1w3y5
             */
            ticket?: string;
            /**
             * @description Keep it where only this user sees it: the code of the mail counts only together with it
             * @example snt_mf_01932c5e7b1a7c3f9d2e4f5a6b7c8d9e3k9Xq2v8Lm4Np6Rt0Wy1Za5Bc7De9Fg2Hi4Jk6Lm8No
             */
            flow?: string;
            /**
             * @description Six digits
             * @example 481207
             */
            code?: string;
        };
        Requested: Record<string, never>;
        PasswordResetRequest: {
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email: string;
        };
        PasswordResetCompletion: {
            /**
             * @description What follows `ticket=` in the link of the mail
             * @example snt_mt_AZMsXnsafD-dLk9aa3yNngVQb1x0m4rF0o5o7c2l2b0XvY8o2n1k3m5q7s9u1w3y5
             */
            ticket: string;
            /**
             * Format: password
             * @description 8 characters or more by default, at most 1024 bytes; any characters are allowed
             * @example seven seas and one harbour
             */
            new_password: string;
        };
        InvitationPage: {
            items: components["schemas"]["Invitation"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        Invitation: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example grace@example.com */
            email: string;
            /**
             * @example [
             *       "user"
             *     ]
             */
            roles: string[];
            /**
             * Format: uuid
             * @description Null for a command of the server
             * @example null
             */
            invited_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string;
        };
        /**
         * @example {
         *       "email": "katherine@example.org"
         *     }
         */
        NewInvitation: {
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email: string;
            /**
             * @description Besides `user`; each requires `roles:grant` and every permission of the role
             * @default []
             * @example []
             */
            roles?: string[];
        };
        Person: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Null for a user without one
             * @example ada
             */
            username: string | null;
            /**
             * @description Null for a user without one
             * @example ada@example.com
             */
            email: string | null;
            /**
             * @description Whether the owner of the address proved it; another address is unproved again
             * @example true
             */
            email_verified: boolean;
            /**
             * @description Active roles, sorted
             * @example [
             *       "user"
             *     ]
             */
            roles: string[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        InvitationAcceptance: {
            /**
             * @description What follows `ticket=` in the link of the mail
             * @example snt_mt_AZMsXnsafD-dLk9aa3yNngVQb1x0m4rF0o5o7c2l2b0XvY8o2n1k3m5q7s9u1w3y5
             */
            ticket: string;
            /**
             * @description 3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID
             * @example ada
             */
            username?: string;
            /**
             * Format: password
             * @description 8 characters or more by default, at most 1024 bytes; any characters are allowed
             * @example correct horse battery staple
             */
            password: string;
        };
        /**
         * @example {
         *       "username": "ada"
         *     }
         */
        MeChange: {
            /**
             * @description 3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID
             * @example ada
             */
            username?: string | null;
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * Format: password
             * @description Required to change the e-mail address
             */
            current_password?: string;
        };
        MeDeletion: {
            /**
             * Format: password
             * @example correct horse battery staple
             */
            current_password: string;
        };
        /**
         * @example {
         *       "email": "ada@example.org",
         *       "current_password": "correct horse battery staple"
         *     }
         */
        EmailChange: {
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email: string;
            /**
             * Format: password
             * @example correct horse battery staple
             */
            current_password: string;
        };
        EmailChanged: {
            /**
             * @description False while the other address has not confirmed
             * @example true
             */
            changed: boolean;
        };
        Factors: {
            items: components["schemas"]["Factor"][];
            /**
             * @description Unused recovery codes
             * @example 10
             */
            recovery_codes_left: number;
        };
        Factor: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            kind: "totp" | "passkey";
            /** @example phone */
            name: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /**
             * @description After 100 wrong codes in a row it is refused, until another factor is proved
             * @example false
             */
            resting: boolean;
        };
        Totp: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example phone */
            name: string;
            /**
             * @description In base32, to type into an app
             * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            secret: string;
            /**
             * @description `otpauth:` URI
             * @example otpauth://totp/Sentinel:ada?issuer=Sentinel&secret=…
             */
            uri: string;
            /**
             * @description The URI as a QR code, in SVG
             * @example <svg …>
             */
            qr: string;
        };
        /**
         * @example {
         *       "name": "phone",
         *       "current_password": "correct horse battery staple"
         *     }
         */
        NewTotp: {
            /**
             * @description Which app or device it is
             * @default Authenticator app
             * @example phone
             */
            name?: string;
            /**
             * Format: password
             * @description Required without a second factor
             * @example correct horse battery staple
             */
            current_password?: string;
            factor?: components["schemas"]["FactorProof"];
        };
        /**
         * @description A code of an authenticator app, a recovery code, or a signature of a passkey
         * @example {
         *       "type": "totp",
         *       "code": "481207"
         *     }
         */
        FactorProof: components["schemas"]["CodeProof"] | components["schemas"]["PasskeyProof"];
        CodeProof: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "totp" | "recovery_code";
            /**
             * @description Spaces are ignored
             * @example 481207
             */
            code: string;
        };
        PasskeyProof: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "passkey";
            /**
             * Format: uuid
             * @description From `POST /users/me/passkeys/challenge`
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            challenge_id: string;
            assertion: components["schemas"]["PasskeyAssertion"];
        };
        /**
         * @description The answer of `navigator.credentials.get`, by its `toJSON` (WebAuthn §5.1)
         * @example {
         *       "id": "KqU3v1nGq0e4eYQ6xq8nPQ",
         *       "rawId": "KqU3v1nGq0e4eYQ6xq8nPQ",
         *       "type": "public-key",
         *       "response": {
         *         "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiOU95SiJ9",
         *         "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
         *         "signature": "MEUCIQDz2k3w8m1s",
         *         "userHandle": "AZMsXnsafD-dLk9aa3yNng"
         *       }
         *     }
         */
        PasskeyAssertion: {
            id: string;
            rawId: string;
            /** @enum {string} */
            type: "public-key";
            response: {
                clientDataJSON: string;
                authenticatorData: string;
                signature: string;
                userHandle?: string | null;
            };
        };
        ConfirmedFactor: {
            /** @description With the first factor: ten codes, shown once; each works once */
            recovery_codes: string[] | null;
        };
        TotpConfirmation: {
            /**
             * @description Spaces are ignored
             * @example 481207
             */
            code: string;
        };
        /**
         * @example {
         *       "current_password": "correct horse battery staple"
         *     }
         */
        OwnProof: {
            /**
             * Format: password
             * @description Required without a second factor
             * @example correct horse battery staple
             */
            current_password?: string;
            factor?: components["schemas"]["FactorProof"];
        };
        RecoveryCodes: {
            /** @description Ten codes, shown once; each works once */
            recovery_codes: string[];
        };
        Passkeys: {
            items: components["schemas"]["Passkey"][];
        };
        Passkey: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Which device it is
             * @example laptop
             */
            name: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /**
             * @description Whether other devices of the user may have it too
             * @example true
             */
            synced: boolean;
            /**
             * Format: date-time
             * @description When its count of signatures last did not rise: it may have been copied
             * @example 2026-01-15T09:30:00.000Z
             */
            counter_regressed_at: string | null;
            /**
             * @description The domain that it works at
             * @example example.com
             */
            rp_id: string;
        };
        PasskeySetup: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            challenge_id: string;
            publicKey: components["schemas"]["PasskeyCreationOptions"];
        };
        /**
         * @description For `navigator.credentials.create`, by `PublicKeyCredential.parseCreationOptionsFromJSON`
         * @example {
         *       "challenge": "9OyJkTmU8Jq4pVbY1w7hZx2sRc5fLg3oQnEiAuKdMt0",
         *       "rp": {
         *         "id": "example.com",
         *         "name": "Sentinel"
         *       },
         *       "user": {
         *         "id": "AZMsXnsafD-dLk9aa3yNng",
         *         "name": "ada",
         *         "displayName": "ada"
         *       },
         *       "pubKeyCredParams": [
         *         {
         *           "alg": -7,
         *           "type": "public-key"
         *         }
         *       ],
         *       "timeout": 300000,
         *       "attestation": "none",
         *       "excludeCredentials": [],
         *       "authenticatorSelection": {
         *         "residentKey": "preferred",
         *         "userVerification": "preferred"
         *       }
         *     }
         */
        PasskeyCreationOptions: {
            challenge: string;
            rp: {
                id: string;
                name: string;
            };
            user: {
                id: string;
                name: string;
                displayName: string;
            };
            pubKeyCredParams: {
                alg: number;
                /** @enum {string} */
                type: "public-key";
            }[];
            timeout: number;
            /** @enum {string} */
            attestation: "none";
            excludeCredentials: {
                id: string;
                /** @enum {string} */
                type: "public-key";
                transports?: string[];
            }[];
            authenticatorSelection: {
                /** @enum {string} */
                residentKey: "preferred";
                /** @enum {string} */
                userVerification: "required" | "preferred";
            };
        };
        /**
         * @example {
         *       "name": "laptop",
         *       "current_password": "correct horse battery staple"
         *     }
         */
        NewPasskey: {
            /**
             * @description Which device it is
             * @example laptop
             */
            name?: string;
            /**
             * Format: password
             * @description Required without a second factor
             * @example correct horse battery staple
             */
            current_password?: string;
            factor?: components["schemas"]["FactorProof"];
        };
        AddedPasskey: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Which device it is
             * @example laptop
             */
            name: string;
            /** @description With the first factor: ten codes, shown once; each works once */
            recovery_codes: string[] | null;
        };
        PasskeyRegistration: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            challenge_id: string;
            attestation: components["schemas"]["PasskeyAttestation"];
        };
        /**
         * @description The answer of `navigator.credentials.create`, by its `toJSON` (WebAuthn §5.1)
         * @example {
         *       "id": "KqU3v1nGq0e4eYQ6xq8nPQ",
         *       "rawId": "KqU3v1nGq0e4eYQ6xq8nPQ",
         *       "type": "public-key",
         *       "response": {
         *         "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiOU95SiJ9",
         *         "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg",
         *         "transports": [
         *           "internal"
         *         ]
         *       }
         *     }
         */
        PasskeyAttestation: {
            id: string;
            rawId: string;
            /** @enum {string} */
            type: "public-key";
            response: {
                clientDataJSON: string;
                attestationObject: string;
                transports?: string[];
            };
        };
        PasskeyName: {
            /**
             * @description Which device it is
             * @example laptop
             */
            name: string;
        };
        PasskeyChallenge: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            challenge_id: string;
            publicKey: components["schemas"]["PasskeyRequestOptions"];
        };
        /**
         * @description For `navigator.credentials.get`, by `PublicKeyCredential.parseRequestOptionsFromJSON`
         * @example {
         *       "challenge": "9OyJkTmU8Jq4pVbY1w7hZx2sRc5fLg3oQnEiAuKdMt0",
         *       "rpId": "example.com",
         *       "timeout": 300000,
         *       "userVerification": "required",
         *       "allowCredentials": []
         *     }
         */
        PasskeyRequestOptions: {
            challenge: string;
            rpId: string;
            timeout: number;
            /** @enum {string} */
            userVerification: "required" | "preferred";
            allowCredentials: {
                id: string;
                /** @enum {string} */
                type: "public-key";
                transports?: string[];
            }[];
        };
        UserPage: {
            items: components["schemas"]["User"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        User: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Null for a user without one
             * @example ada
             */
            username: string | null;
            /**
             * @description Null for a user without one
             * @example ada@example.com
             */
            email: string | null;
            /**
             * @description Whether the owner of the address proved it; another address is unproved again
             * @example true
             */
            email_verified: boolean;
            /**
             * @description The id in the system that the account was imported from; null for others
             * @example 5b0a1c3e-4d1f-4c8e-8f7e-0c6f7b1d2a3b
             */
            external_id: string | null;
            /**
             * @description Active roles, sorted
             * @example [
             *       "user"
             *     ]
             */
            roles: string[];
            /** @description Every grant, including expired ones */
            grants: {
                /** @example user */
                role: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-01-15T09:30:00.000Z
                 */
                granted_at: string;
                /**
                 * Format: date-time
                 * @description When the grant expires; null means never
                 * @example null
                 */
                expires_at: string | null;
            }[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example null
             */
            disabled_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "username": "grace",
         *       "email": "grace@example.com",
         *       "password": "nanoseconds of wire",
         *       "roles": [
         *         "user"
         *       ]
         *     }
         */
        NewUser: {
            /**
             * @description 3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID
             * @example ada
             */
            username?: string;
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email?: string;
            /**
             * Format: password
             * @description 8 characters or more by default, at most 1024 bytes; any characters are allowed
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description Any role other than `user` requires `roles:grant` and every permission of the role
             * @default [
             *       "user"
             *     ]
             * @example [
             *       "user"
             *     ]
             */
            roles?: string[];
        } & (unknown | unknown);
        /**
         * @example {
         *       "email": "grace.hopper@example.com",
         *       "disabled": false
         *     }
         */
        UserChange: {
            /**
             * @description 3 to 64 letters of one script with their marks, digits, dots, underscores or hyphens, and not a UUID
             * @example ada
             */
            username?: string | null;
            /**
             * Format: idn-email
             * @description At most 254 characters
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * Format: password
             * @description A new password ends all sessions of the user
             * @example correct horse battery staple
             */
            password?: string;
            /**
             * @description `true` ends all sessions of the user and blocks logins
             * @example true
             */
            disabled?: boolean;
            /**
             * @description Vouches that the address is the user's, which applications rely on
             * @example true
             * @enum {boolean}
             */
            email_verified?: true;
        };
        ServiceAccountPage: {
            items: components["schemas"]["ServiceAccount"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        ServiceAccount: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example nightly-backup */
            name: string;
            /** @example Reads the documents and stores a copy */
            description: string;
            /**
             * @description Active roles, sorted
             * @example []
             */
            roles: string[];
            /** @description Every grant, including expired ones */
            grants: {
                /** @example user */
                role: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-01-15T09:30:00.000Z
                 */
                granted_at: string;
                /**
                 * Format: date-time
                 * @description When the grant expires; null means never
                 * @example null
                 */
                expires_at: string | null;
            }[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example null
             */
            disabled_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "name": "nightly-backup",
         *       "description": "Reads the documents and stores a copy"
         *     }
         */
        NewServiceAccount: {
            /** @example nightly-backup */
            name: string;
            /**
             * @default
             * @example Reads the documents and stores a copy
             */
            description?: string;
            /**
             * @description Any role other than `user` requires `roles:grant` and every permission of the role
             * @default []
             * @example []
             */
            roles?: string[];
        };
        /**
         * @example {
         *       "description": "Stores a copy of the documents",
         *       "disabled": false
         *     }
         */
        ServiceAccountChange: {
            /** @example nightly-backup */
            name?: string;
            /** @example Reads the documents and stores a copy */
            description?: string;
            /**
             * @description `true` refuses every request of the account
             * @example true
             */
            disabled?: boolean;
        };
        PersonalData: {
            /**
             * Format: date-time
             * @description When this copy was made
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            user: components["schemas"]["User"];
            factors: components["schemas"]["Factors"];
            sessions: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                id: string;
                /**
                 * @description Who holds it: an application with tokens of a login, a browser that is signed in on the pages of this server, or an OAuth client
                 * @example api
                 * @enum {string}
                 */
                kind: "api" | "browser" | "client";
                /**
                 * @description The OAuth client that holds it
                 * @example null
                 */
                client_id: string | null;
                /**
                 * @description The name of that client
                 * @example null
                 */
                client_name: string | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-01-15T09:30:00.000Z
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description Time of the last refresh; for a browser, of the last page, to the minute
                 * @example 2026-01-15T09:30:00.000Z
                 */
                last_seen_at: string;
                /**
                 * Format: date-time
                 * @description The session ends at this time, however often it is refreshed
                 * @example 2026-01-15T09:30:00.000Z
                 */
                expires_at: string;
                /**
                 * @description Address of the login
                 * @example 192.0.2.7
                 */
                ip: string | null;
                /** @example Mozilla/5.0 */
                user_agent: string | null;
                /**
                 * @description How the user signed in (RFC 8176)
                 * @example [
                 *       "pwd",
                 *       "otp",
                 *       "mfa"
                 *     ]
                 */
                amr: string[];
            }[];
            api_keys: components["schemas"]["ApiKey"][];
            applications: components["schemas"]["Consent"][];
            /** @description What you did, the newest first, at most 1000 events of the audit log. What you did to others is without `details` */
            events: components["schemas"]["AuditEvent"][];
        };
        ApiKey: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example prometheus */
            name: string;
            /**
             * @description The key does what its user may, and of that no more than these permissions
             * @example [
             *       "users:read"
             *     ]
             */
            scopes: string[];
            /**
             * Format: uuid
             * @description Null: a command of the binary
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /** @description Those that live, newest first; two while one replaces the other */
            secrets: components["schemas"]["ApiKeySecret"][];
        };
        ApiKeySecret: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description The last four characters
             * @example 3kQz
             */
            hint: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: with the key
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
        };
        Consent: {
            /**
             * @description The `client_id` that its requests carry
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id: string;
            /**
             * @description The application
             * @example Ledger
             */
            name: string;
            /**
             * @description What it may learn and do
             * @example [
             *       "email",
             *       "openid"
             *     ]
             */
            scopes: string[];
            /**
             * @description URIs of the APIs that it may use as you
             * @example []
             */
            resources: string[];
            /**
             * Format: date-time
             * @description When you last allowed it something
             * @example 2026-01-15T09:30:00.000Z
             */
            granted_at: string;
            /**
             * @description How many live sessions it holds
             * @example 1
             */
            sessions: number;
        };
        AuditEvent: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Place in the chain; null until the event is sealed
             * @example 1042
             */
            seq: number | null;
            /**
             * @description SHA-256 of the event and of the hash before it, hexadecimal
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            hash: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            occurred_at: string;
            /** @example login.failed */
            action: string;
            /** @enum {string} */
            outcome: "success" | "failure";
            /**
             * Format: uuid
             * @description The user who acted; null for a command of the binary and for a caller without a token
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            actor_id: string | null;
            /** @example user */
            subject_type: string;
            /** @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e */
            subject_id: string | null;
            /** @example d99349fb-2s */
            request_id: string | null;
            /**
             * @description What was done. While these users exist, and until the operator expires the details, it also contains `ip` and `user_agent` of the actor and names of the subject; null if nothing is left
             * @example {
             *       "ip": "192.0.2.7",
             *       "user_agent": "Mozilla/5.0"
             *     }
             */
            details: {
                [key: string]: unknown;
            } | null;
        };
        JwkSet: {
            keys: (components["schemas"]["RsaJwk"] | components["schemas"]["Ed25519Jwk"] | components["schemas"]["P256Jwk"])[];
        };
        RsaJwk: {
            /** @enum {string} */
            kty: "RSA";
            /**
             * @description Modulus of 2048 bits, base64url (RFC 7518 §6.3.1.1)
             * @example 0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
             */
            n: string;
            /** @example AQAB */
            e: string;
            /**
             * @description JWK thumbprint (RFC 7638)
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /** @enum {string} */
            alg: "RS256";
            /** @enum {string} */
            use: "sig";
        };
        Ed25519Jwk: {
            /** @enum {string} */
            kty: "OKP";
            /** @enum {string} */
            crv: "Ed25519";
            /**
             * @description Public key, base64url (RFC 8037 §2)
             * @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
             */
            x: string;
            /**
             * @description JWK thumbprint (RFC 7638)
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /** @enum {string} */
            alg: "EdDSA";
            /** @enum {string} */
            use: "sig";
        };
        P256Jwk: {
            /** @enum {string} */
            kty: "EC";
            /** @enum {string} */
            crv: "P-256";
            /** @example f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU */
            x: string;
            /** @example x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0 */
            y: string;
            /**
             * @description JWK thumbprint (RFC 7638)
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /** @enum {string} */
            alg: "ES256";
            /** @enum {string} */
            use: "sig";
        };
        TokenResponse: {
            /**
             * @description JWT (RFC 9068), for `Authorization: Bearer`; its `client_id` is always `sentinel`
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIs…
             */
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /**
             * @description Lifetime of the access token in seconds
             * @example 600
             */
            expires_in: number;
            /** @example snt_rt_AZq… */
            refresh_token: string;
            /** @example  */
            scope: string;
        };
        LoginRequest: {
            /**
             * @description Username or e-mail address, in any case
             * @example ada
             */
            username: string;
            /**
             * Format: password
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description RFC 6749 §4.3.2
             * @enum {string}
             */
            grant_type?: "password";
            /**
             * @description Accepted and ignored: permissions come from roles
             * @example
             */
            scope?: string;
        };
        /**
         * @example {
         *       "mfa_token": "snt_lt_0CJ3zGhq…",
         *       "type": "totp",
         *       "code": "492039"
         *     }
         */
        LoginFactorRequest: components["schemas"]["LoginCode"] | components["schemas"]["LoginPasskey"];
        LoginCode: {
            /**
             * @description From the answer `mfa_required` of a login
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "totp" | "recovery_code";
            /**
             * @description Six digits of an authenticator application, or a recovery code
             * @example 492039
             */
            code: string;
        };
        LoginPasskey: {
            /**
             * @description From the answer `mfa_required` of a login
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "passkey";
            assertion: components["schemas"]["PasskeyAssertion"];
        };
        LoginTotp: {
            /** @example phone */
            name: string;
            /**
             * @description In base32, to type into an app
             * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            secret: string;
            /**
             * @description `otpauth:` URI
             * @example otpauth://totp/Sentinel:ada?issuer=Sentinel&secret=…
             */
            uri: string;
            /**
             * @description The URI as a QR code, in SVG
             * @example <svg …>
             */
            qr: string;
        };
        LoginEnrolment: {
            /**
             * @description From the answer `mfa_required` of a login, with `enrolment`
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
            /**
             * @description Which app or device it is
             * @default Authenticator app
             * @example phone
             */
            name?: string;
        };
        EnrolledTokenResponse: {
            /**
             * @description JWT (RFC 9068), for `Authorization: Bearer`; its `client_id` is always `sentinel`
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIs…
             */
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            /**
             * @description Lifetime of the access token in seconds
             * @example 600
             */
            expires_in: number;
            /** @example snt_rt_AZq… */
            refresh_token: string;
            /** @example  */
            scope: string;
            /** @description Ten codes, shown once; each stands in for the factor once */
            recovery_codes: string[];
        };
        LoginEnrolmentConfirmation: {
            /**
             * @description From the answer `mfa_required` of a login, with `enrolment`
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
            /**
             * @description Spaces are ignored
             * @example 481207
             */
            code: string;
        };
        LoginPasskeySetup: {
            publicKey: components["schemas"]["PasskeyCreationOptions"];
        };
        LoginPasskeyEnrolment: {
            /**
             * @description From the answer `mfa_required` of a login, with `enrolment`
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
        };
        LoginPasskeyRegistration: {
            /**
             * @description From the answer `mfa_required` of a login, with `enrolment`
             * @example snt_lt_0CJ3zGhq…
             */
            mfa_token: string;
            attestation: components["schemas"]["PasskeyAttestation"];
            /**
             * @description Which device it is
             * @example laptop
             */
            name?: string;
        };
        PasskeyAnswer: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            challenge_id: string;
            assertion: components["schemas"]["PasskeyAssertion"];
        };
        LogoutRequest: {
            /** @example snt_rt_AZq… */
            refresh_token?: string;
        };
        SessionPage: {
            items: components["schemas"]["Session"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        Session: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description Who holds it: an application with tokens of a login, a browser that is signed in on the pages of this server, or an OAuth client
             * @example api
             * @enum {string}
             */
            kind: "api" | "browser" | "client";
            /**
             * @description The OAuth client that holds it
             * @example null
             */
            client_id: string | null;
            /**
             * @description The name of that client
             * @example null
             */
            client_name: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Time of the last refresh; for a browser, of the last page, to the minute
             * @example 2026-01-15T09:30:00.000Z
             */
            last_seen_at: string;
            /**
             * Format: date-time
             * @description The session ends at this time, however often it is refreshed
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description Address of the login
             * @example 192.0.2.7
             */
            ip: string | null;
            /** @example Mozilla/5.0 */
            user_agent: string | null;
            /**
             * @description How the user signed in (RFC 8176)
             * @example [
             *       "pwd",
             *       "otp",
             *       "mfa"
             *     ]
             */
            amr: string[];
            /**
             * @description Whether this request uses the session
             * @example true
             */
            current: boolean;
        };
        DeviceAuthorizationResponse: {
            /**
             * @description For the token endpoint
             * @example snt_dc_0CJ3zGhq…
             */
            device_code: string;
            /**
             * @description What the user enters, in either case
             * @example WDJB-MJHT
             */
            user_code: string;
            /** @example http://localhost:8000/device */
            verification_uri: string;
            /** @example http://localhost:8000/device?user_code=WDJB-MJHT */
            verification_uri_complete: string;
            /**
             * @description Seconds
             * @example 600
             */
            expires_in: number;
            /**
             * @description Seconds from one poll to the next
             * @example 5
             */
            interval: number;
        };
        OAuthError: {
            /** @example invalid_grant */
            error: string;
            /** @description For developers, in ASCII */
            error_description: string;
            /** @description Of `insufficient_user_authentication` */
            acr_values?: string;
            /** @description Of `insufficient_user_authentication` */
            max_age?: number;
            /** @description Of `mfa_required` */
            mfa_token?: string;
            /** @description Of `mfa_required` */
            factors?: ("totp" | "passkey" | "recovery_code")[];
            /** @description Of `mfa_required` */
            enrolment?: boolean;
            /** @description Of `mfa_required` */
            expires_in?: number;
            /** @description Of `mfa_required` */
            passkey_options?: {
                challenge: string;
                rpId: string;
                timeout: number;
                /** @enum {string} */
                userVerification: "required" | "preferred";
                allowCredentials: {
                    id: string;
                    /** @enum {string} */
                    type: "public-key";
                    transports?: string[];
                }[];
            };
        };
        /**
         * @example {
         *       "client_id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
         *       "scope": "openid"
         *     }
         */
        DeviceAuthorizationRequest: {
            /** @description Absent: all that the client may ask for */
            scope?: string;
            /**
             * @description APIs that the access is for (RFC 8707)
             * @example []
             */
            resource?: string[];
            /**
             * @description Of a client that does not use Basic
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id?: string;
            /**
             * Format: password
             * @description Of a client that does not use Basic
             */
            client_secret?: string;
            /** @description Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2) */
            client_assertion?: string;
            /** @description `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` */
            client_assertion_type?: string;
        };
        PushedAuthorizationResponse: {
            /** @example urn:ietf:params:oauth:request_uri:snt_pr_0CJ3zGhq… */
            request_uri: string;
            /**
             * @description Seconds
             * @example 60
             */
            expires_in: number;
        };
        /**
         * @description The parameters of `GET /oauth/authorize`
         * @example {
         *       "client_id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
         *       "response_type": "code",
         *       "redirect_uri": "https://ledger.example.com/callback",
         *       "scope": "openid",
         *       "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
         *       "code_challenge_method": "S256"
         *     }
         */
        PushedAuthorizationRequest: {
            acr_values?: string;
            claims?: string;
            /**
             * @description Of a client that does not use Basic
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id?: string;
            code_challenge?: string;
            code_challenge_method?: string;
            display?: string;
            dpop_jkt?: string;
            id_token_hint?: string;
            login_hint?: string;
            max_age?: string;
            nonce?: string;
            prompt?: string;
            redirect_uri?: string;
            registration?: string;
            request?: string;
            request_uri?: string;
            response_mode?: string;
            response_type: string;
            scope?: string;
            state?: string;
            ui_locales?: string;
            /**
             * @description APIs that the access is for (RFC 8707)
             * @example []
             */
            resource?: string[];
            /**
             * Format: password
             * @description Of a client that does not use Basic
             */
            client_secret?: string;
            /** @description Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2) */
            client_assertion?: string;
            /** @description `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` */
            client_assertion_type?: string;
        };
        /** @description `client_credentials` gives no refresh token (RFC 6749 §4.4.3). */
        TokenEndpointResponse: {
            /**
             * @description JWT (RFC 9068), for `Authorization: Bearer`; its `client_id` is always `sentinel`
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIs…
             */
            access_token: string;
            /**
             * @description `DPoP`: bound to the key that the client proved (RFC 9449 §5)
             * @example bearer
             * @enum {string}
             */
            token_type: "bearer" | "DPoP";
            /**
             * @description Lifetime of the access token in seconds
             * @example 600
             */
            expires_in: number;
            /** @example snt_rt_AZq… */
            refresh_token?: string;
            /** @example  */
            scope: string;
            /**
             * @description Who signed in, if the scope `openid` was granted (OpenID Connect Core 1.0 §2)
             * @example eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIs…
             */
            id_token?: string;
        };
        /**
         * @example {
         *       "grant_type": "password",
         *       "username": "ada",
         *       "password": "correct horse battery staple"
         *     }
         */
        TokenRequest: {
            /**
             * @description `authorization_code`, `client_credentials`, `refresh_token`, `password` or `urn:ietf:params:oauth:grant-type:device_code`
             * @example password
             */
            grant_type: string;
            /** @description For `authorization_code` */
            code?: string;
            /** @description For `authorization_code`: as in the authorization request */
            redirect_uri?: string;
            /** @description For `authorization_code`: of the `code_challenge` of the authorization request (RFC 7636 §4.5) */
            code_verifier?: string;
            /** @description For a device (RFC 8628 §3.4) */
            device_code?: string;
            /** @description For `refresh_token` */
            refresh_token?: string;
            /**
             * @description For the grant `password`: username or e-mail address
             * @example ada
             */
            username?: string;
            /**
             * Format: password
             * @description For `password`
             * @example correct horse battery staple
             */
            password?: string;
            /** @description Less than the client or its session has; a refresh cannot extend it (RFC 6749 §6). Logins have none */
            scope?: string;
            /**
             * @description For clients: the API that the token is for (RFC 8707), if it may be for several
             * @example []
             */
            resource?: string[];
            /**
             * @description Of a client that does not use Basic
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id?: string;
            /**
             * Format: password
             * @description Of a client that does not use Basic
             */
            client_secret?: string;
            /** @description Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2) */
            client_assertion?: string;
            /** @description `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` */
            client_assertion_type?: string;
        };
        /**
         * @example {
         *       "token": "snt_rt_AZq…"
         *     }
         */
        RevocationRequest: {
            /**
             * @description A refresh token or an access token
             * @example snt_rt_AZq…
             */
            token: string;
            /** @description Accepted and ignored: the type follows from the token */
            token_type_hint?: string;
            /**
             * @description Of a client that does not use Basic
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id?: string;
            /**
             * Format: password
             * @description Of a client that does not use Basic
             */
            client_secret?: string;
            /** @description Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2) */
            client_assertion?: string;
            /** @description `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` */
            client_assertion_type?: string;
        };
        /**
         * @description An inactive token is answered with exactly `{"active": false}`.
         * @example {
         *       "active": true,
         *       "token_type": "Bearer",
         *       "client_id": "sentinel",
         *       "sub": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
         *       "sid": "01932c60-02f4-7d11-8a3b-5e6f708192a3",
         *       "jti": "01932c60-0311-7a52-b0c4-6f708192a3b4",
         *       "username": "ada",
         *       "roles": [
         *         "user"
         *       ],
         *       "scope": "",
         *       "iss": "http://localhost:8000",
         *       "aud": "http://localhost:8000",
         *       "iat": 1768469400,
         *       "exp": 1768470000,
         *       "acr": "aal2",
         *       "auth_time": 1768469400
         *     }
         */
        IntrospectionResponse: {
            active: boolean;
            /**
             * @description How it is used (RFC 6749 §5.1, RFC 9449 §5): access tokens and API keys only
             * @enum {string}
             */
            token_type?: "Bearer" | "DPoP" | "api_key";
            /**
             * @description `sentinel` for logins, or a client's id
             * @example sentinel
             */
            client_id?: string;
            /**
             * Format: uuid
             * @description User id
             */
            sub?: string;
            /**
             * Format: uuid
             * @description Session id
             */
            sid?: string;
            /** @description Of an API key, its id */
            jti?: string;
            /** @example ada */
            username?: string;
            /**
             * @description Active roles, as they are now
             * @example [
             *       "user"
             *     ]
             */
            roles?: string[];
            /**
             * @description What an API key or a token of a client gives now; a token of a login gives all that its user holds, and has none
             * @example
             */
            scope?: string;
            iss?: string;
            aud?: string;
            /** @description Seconds since the epoch */
            iat?: number;
            /** @description Seconds since the epoch */
            exp?: number;
            /**
             * @description Of an access token of a user: what the sign-in counts for now (RFC 9470 §6.2)
             * @enum {string}
             */
            acr?: "aal1" | "aal2";
            /** @description Of an access token of a user: when the user signed in (RFC 9470 §6.2) */
            auth_time?: number;
            /** @description The thumbprint of the key that an access token is bound to (RFC 9449 §6.2) */
            cnf?: {
                jkt: string;
            };
        };
        /**
         * @example {
         *       "token": "snt_rt_AZq…"
         *     }
         */
        IntrospectionRequest: {
            /** @description An access token, a refresh token or an API key */
            token: string;
            /** @description Accepted and ignored: the type follows from the token */
            token_type_hint?: string;
            /**
             * @description Of a client that does not use Basic
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id?: string;
            /**
             * Format: password
             * @description Of a client that does not use Basic
             */
            client_secret?: string;
            /** @description Of a client that uses `private_key_jwt`: a JWT that it signed (RFC 7523 §2.2) */
            client_assertion?: string;
            /** @description `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` */
            client_assertion_type?: string;
        };
        Revocations: {
            items: components["schemas"]["Revocation"][];
            /**
             * @description For `since` of the next request
             * @example 48120-311
             */
            cursor: string;
        };
        /**
         * @example {
         *       "sid": "01932c60-02f4-7d11-8a3b-5e6f708192a3",
         *       "until": 1768470000
         *     }
         */
        Revocation: {
            /**
             * Format: uuid
             * @description Refuse tokens with this `sid`
             */
            sid: string;
            /**
             * @description When no such token can live any more, so that it can be forgotten; seconds since the epoch
             * @example 1768470000
             */
            until: number;
        } | {
            /**
             * Format: uuid
             * @description Refuse tokens with this `sub`
             */
            sub: string;
            /**
             * @description Refuse what was issued (`iat`) earlier; seconds since the epoch
             * @example 1768469400
             */
            before: number;
            /**
             * @description When no such token can live any more, so that it can be forgotten; seconds since the epoch
             * @example 1768470000
             */
            until: number;
        } | {
            /** @description Refuse tokens with this `client_id` */
            client_id: string;
            /**
             * @description Refuse what was issued (`iat`) earlier; seconds since the epoch
             * @example 1768469400
             */
            before: number;
            /**
             * @description When no such token can live any more, so that it can be forgotten; seconds since the epoch
             * @example 1768470000
             */
            until: number;
        };
        Userinfo: {
            /**
             * Format: uuid
             * @description User id
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            sub: string;
            /**
             * @description With the scope `profile`
             * @example ada
             */
            preferred_username?: string;
            /**
             * @description With the scope `email`
             * @example ada@example.com
             */
            email?: string;
            /**
             * @description With the scope `email`
             * @example true
             */
            email_verified?: boolean;
            /**
             * @description Active roles, as they are now, with the scope `roles`
             * @example [
             *       "user"
             *     ]
             */
            roles?: string[];
        };
        /** @example {} */
        UserinfoRequest: {
            /**
             * @description Instead of the header (RFC 6750 §2.2)
             * @example eyJhbGciOi…
             */
            access_token?: string;
        };
        /**
         * @example {
         *       "issuer": "http://localhost:8000",
         *       "authorization_endpoint": "http://localhost:8000/oauth/authorize",
         *       "token_endpoint": "http://localhost:8000/oauth/token",
         *       "pushed_authorization_request_endpoint": "http://localhost:8000/oauth/par",
         *       "device_authorization_endpoint": "http://localhost:8000/oauth/device_authorization",
         *       "userinfo_endpoint": "http://localhost:8000/oauth/userinfo",
         *       "backchannel_logout_supported": true,
         *       "backchannel_logout_session_supported": true,
         *       "end_session_endpoint": "http://localhost:8000/oauth/end_session",
         *       "revocation_endpoint": "http://localhost:8000/oauth/revoke",
         *       "introspection_endpoint": "http://localhost:8000/oauth/introspect",
         *       "jwks_uri": "http://localhost:8000/.well-known/jwks.json",
         *       "service_documentation": "http://localhost:8000/docs",
         *       "scopes_supported": [
         *         "openid",
         *         "profile",
         *         "email",
         *         "roles",
         *         "offline_access"
         *       ],
         *       "response_types_supported": [
         *         "code"
         *       ],
         *       "response_modes_supported": [
         *         "query",
         *         "fragment",
         *         "form_post"
         *       ],
         *       "grant_types_supported": [
         *         "authorization_code",
         *         "refresh_token",
         *         "client_credentials",
         *         "urn:ietf:params:oauth:grant-type:device_code",
         *         "password"
         *       ],
         *       "subject_types_supported": [
         *         "public"
         *       ],
         *       "id_token_signing_alg_values_supported": [
         *         "RS256",
         *         "ES256"
         *       ],
         *       "claims_supported": [
         *         "sub",
         *         "iss",
         *         "aud",
         *         "exp",
         *         "iat",
         *         "auth_time",
         *         "acr",
         *         "amr",
         *         "nonce",
         *         "at_hash",
         *         "sid",
         *         "preferred_username",
         *         "email",
         *         "email_verified",
         *         "roles"
         *       ],
         *       "ui_locales_supported": [
         *         "en",
         *         "de"
         *       ],
         *       "acr_values_supported": [
         *         "aal1",
         *         "aal2"
         *       ],
         *       "prompt_values_supported": [
         *         "none",
         *         "login",
         *         "consent",
         *         "select_account",
         *         "create"
         *       ],
         *       "code_challenge_methods_supported": [
         *         "S256"
         *       ],
         *       "token_endpoint_auth_methods_supported": [
         *         "client_secret_basic",
         *         "client_secret_post",
         *         "private_key_jwt",
         *         "none"
         *       ],
         *       "token_endpoint_auth_signing_alg_values_supported": [
         *         "ES256",
         *         "EdDSA",
         *         "Ed25519",
         *         "PS256",
         *         "RS256"
         *       ],
         *       "revocation_endpoint_auth_methods_supported": [
         *         "client_secret_basic",
         *         "client_secret_post",
         *         "private_key_jwt",
         *         "none"
         *       ],
         *       "revocation_endpoint_auth_signing_alg_values_supported": [
         *         "ES256",
         *         "EdDSA",
         *         "Ed25519",
         *         "PS256",
         *         "RS256"
         *       ],
         *       "introspection_endpoint_auth_methods_supported": [
         *         "client_secret_basic",
         *         "client_secret_post",
         *         "private_key_jwt",
         *         "Bearer"
         *       ],
         *       "dpop_signing_alg_values_supported": [
         *         "ES256",
         *         "EdDSA",
         *         "Ed25519",
         *         "PS256",
         *         "RS256"
         *       ],
         *       "introspection_endpoint_auth_signing_alg_values_supported": [
         *         "ES256",
         *         "EdDSA",
         *         "Ed25519",
         *         "PS256",
         *         "RS256"
         *       ],
         *       "authorization_response_iss_parameter_supported": true,
         *       "request_uri_parameter_supported": false
         *     }
         */
        AuthorizationServerMetadata: {
            issuer: string;
            authorization_endpoint: string;
            token_endpoint: string;
            /** @description RFC 9126 §5 */
            pushed_authorization_request_endpoint: string;
            /** @description RFC 8628 §4 */
            device_authorization_endpoint: string;
            userinfo_endpoint: string;
            /** @description Back-Channel Logout 1.0 §2.1 */
            backchannel_logout_supported: boolean;
            backchannel_logout_session_supported: boolean;
            /** @description RP-Initiated Logout 1.0 §2.1 */
            end_session_endpoint: string;
            revocation_endpoint: string;
            introspection_endpoint: string;
            /** @description Absent when clients cannot register themselves */
            registration_endpoint?: string;
            jwks_uri: string;
            /** @description Absent when `/docs` is off */
            service_documentation?: string;
            /** @description Permissions, and scopes of registered APIs, are scopes too */
            scopes_supported: string[];
            response_types_supported: string[];
            response_modes_supported: string[];
            /** @description `password` is for logins without a client */
            grant_types_supported: string[];
            subject_types_supported: string[];
            id_token_signing_alg_values_supported: string[];
            claims_supported: string[];
            ui_locales_supported: string[];
            /** @description `aal2`: with a second factor, if the user has one (RFC 9470) */
            acr_values_supported: string[];
            /** @description Initiating User Registration 1.0 §4.2 */
            prompt_values_supported: string[];
            code_challenge_methods_supported: string[];
            token_endpoint_auth_methods_supported: string[];
            token_endpoint_auth_signing_alg_values_supported: string[];
            revocation_endpoint_auth_methods_supported: string[];
            revocation_endpoint_auth_signing_alg_values_supported: string[];
            introspection_endpoint_auth_signing_alg_values_supported: string[];
            /** @description A client's id and secret, or a bearer token with `tokens:introspect` (RFC 8414 §2 allows names of token types here) */
            introspection_endpoint_auth_methods_supported: string[];
            /** @description RFC 9449 §5.1 */
            dpop_signing_alg_values_supported: string[];
            /** @description RFC 9207 §3 */
            authorization_response_iss_parameter_supported: boolean;
            /**
             * @description Absent when clients cannot describe themselves
             * @enum {boolean}
             */
            client_id_metadata_document_supported?: true;
            request_uri_parameter_supported: boolean;
        };
        /**
         * @example {
         *       "resource": "http://localhost:8000",
         *       "authorization_servers": [
         *         "http://localhost:8000"
         *       ],
         *       "scopes_supported": [
         *         "users:read",
         *         "users:write"
         *       ],
         *       "bearer_methods_supported": [
         *         "header"
         *       ],
         *       "dpop_signing_alg_values_supported": [
         *         "ES256",
         *         "EdDSA",
         *         "Ed25519",
         *         "PS256",
         *         "RS256"
         *       ],
         *       "resource_name": "Sentinel",
         *       "resource_documentation": "http://localhost:8000/docs"
         *     }
         */
        ProtectedResourceMetadata: {
            /** @description The `resource` of requests for tokens (RFC 8707), and their audience */
            resource: string;
            authorization_servers: string[];
            /** @description The permissions that Sentinel brings; those of yours are scopes too */
            scopes_supported: string[];
            bearer_methods_supported: string[];
            /** @description Of proofs for tokens that are bound to a key */
            dpop_signing_alg_values_supported: string[];
            resource_name: string;
            /** @description Absent when `/docs` is off */
            resource_documentation?: string;
        };
        PasswordChange: {
            /**
             * Format: password
             * @example correct horse battery staple
             */
            current_password: string;
            /**
             * Format: password
             * @description 8 characters or more by default, at most 1024 bytes; any characters are allowed
             * @example seven seas and one harbour
             */
            new_password: string;
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        IssuedApiKey: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example prometheus */
            name: string;
            /**
             * @description The key does what its user may, and of that no more than these permissions
             * @example [
             *       "users:read"
             *     ]
             */
            scopes: string[];
            /**
             * Format: uuid
             * @description Null: a command of the binary
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /** @description Those that live, newest first; two while one replaces the other */
            secrets: components["schemas"]["ApiKeySecret"][];
            /**
             * @description Shown once: store it now
             * @example snt_pat_0CJ3zGhq…
             */
            key: string;
        };
        /**
         * @example {
         *       "name": "prometheus",
         *       "scopes": []
         *     }
         */
        NewApiKeyRequest: {
            /**
             * @description What it is for
             * @example prometheus
             */
            name: string;
            /**
             * @description Permissions that you hold
             * @example []
             */
            scopes: string[];
            /**
             * Format: date-time
             * @description Absent: in 90 days. Null, never, is allowed where SENTINEL_API_KEY_TTL_MAX_DAYS is 0
             */
            expires_at?: string | null;
        };
        ApiKeyChange: {
            /**
             * @description What it is for
             * @example prometheus
             */
            name: string;
        };
        ApiKeyRotation: {
            /**
             * @description How long the secret before still works
             * @default 86400
             * @example 86400
             */
            overlap_seconds?: number;
        };
        /**
         * @example {
         *       "token": "snt_pat_0CJ3zGhq…"
         *     }
         */
        LeakedKeysRequest: {
            /** @example snt_pat_0CJ3zGhq… */
            token?: string;
            /** @description Several at once */
            tokens?: string[];
        };
        IssuedServiceAccountApiKey: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example prometheus */
            name: string;
            /**
             * @description The key does what its user may, and of that no more than these permissions
             * @example [
             *       "users:read"
             *     ]
             */
            scopes: string[];
            /**
             * Format: uuid
             * @description Null: a command of the binary
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /** @description Those that live, newest first; two while one replaces the other */
            secrets: components["schemas"]["ApiKeySecret"][];
            /**
             * @description Shown once: store it now
             * @example snt_pat_0CJ3zGhq…
             */
            key: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            service_account_id: string;
        };
        ConsentPage: {
            items: components["schemas"]["Consent"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        ClientPage: {
            items: components["schemas"]["Client"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        Client: {
            /**
             * Format: uuid
             * @description The `client_id` of OAuth requests, unless it has a `url`
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description `dynamic`: it registered itself (RFC 7591). `document`: it describes itself at its `url`
             * @example admin
             * @enum {string}
             */
            source: "admin" | "dynamic" | "document";
            /**
             * @description Its `client_id`, where its metadata are
             * @example null
             */
            url: string | null;
            /**
             * @description Its home page, as it says itself
             * @example null
             */
            client_uri: string | null;
            /** @example nightly backup */
            name: string;
            /**
             * @example [
             *       "client_credentials"
             *     ]
             */
            grant_types: string[];
            /**
             * @example [
             *       "users:read"
             *     ]
             */
            scopes: string[];
            /** @example [] */
            resources: string[];
            /**
             * @description Whether it may get tokens for Sentinel's own API
             * @example true
             */
            own_api: boolean;
            /**
             * @description `native`: an application on the user's device, whose redirection URIs may have a scheme of its own
             * @example web
             * @enum {string}
             */
            application_type: "web" | "native";
            /**
             * @example client_secret_basic
             * @enum {string}
             */
            token_endpoint_auth_method: "client_secret_basic" | "private_key_jwt" | "none";
            /** @example null */
            jwks: {
                keys: components["schemas"]["ClientKey"][];
            } | null;
            /**
             * Format: uri
             * @description For `private_key_jwt`: where its public keys are, if not in `jwks`; https on port 443, or an address in `SENTINEL_OUTBOUND_ALLOW`. They are kept for 10 minutes, and requested once a minute at most
             * @example null
             */
            jwks_uri: string | null;
            /**
             * @description For `private_key_jwt`: the only algorithm of its assertions; null: any that its keys are for
             * @example null
             * @enum {string|null}
             */
            token_endpoint_auth_signing_alg: "ES256" | "EdDSA" | "Ed25519" | "PS256" | "RS256" | null;
            /**
             * @description For `private_key_jwt`: whether the `aud` of its assertions may be the URL of the token endpoint too. Otherwise it is the issuer, as one string
             * @example false
             */
            token_endpoint_audience: boolean;
            /**
             * @description Where users return to, compared character by character: https, http on localhost, 127.0.0.1 or [::1], and for native applications a scheme such as `com.example.app:/callback`
             * @example []
             */
            redirect_uris: string[];
            /**
             * @description Where users may return to after they signed out; the same rules
             * @example []
             */
            post_logout_redirect_uris: string[];
            /**
             * @description What its id_tokens are signed with. Every library verifies RS256; ES256 is signed ten times as fast
             * @example RS256
             * @enum {string}
             */
            id_token_signed_response_alg: "RS256" | "ES256";
            /**
             * @description Whether it is yours: users are not asked for consent
             * @example false
             */
            first_party: boolean;
            /**
             * @description `false` lets a client with a secret sign users in without PKCE (RFC 7636)
             * @example true
             */
            require_pkce: boolean;
            /**
             * @description Whether it must push its authorization requests to `/oauth/par` (RFC 9126 §6)
             * @example false
             */
            require_pushed_authorization_requests: boolean;
            /**
             * @description Whether a native public client may use any port of `http://localhost`, as it may of `127.0.0.1`
             * @example false
             */
            native_localhost: boolean;
            /**
             * @description Whether a refresh answers an id_token too
             * @example true
             */
            refresh_id_token: boolean;
            /**
             * @description Whether it must prove a key to get tokens (RFC 9449 §5.2); others may
             * @example false
             */
            dpop_bound_access_tokens: boolean;
            /**
             * Format: uri
             * @description Where it is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0): https, or http on localhost, 127.0.0.1 or [::1]; null: nowhere
             * @example null
             */
            backchannel_logout_uri: string | null;
            /**
             * @description Whether it needs `sid` in logout tokens, which is always there
             * @example false
             */
            backchannel_logout_session_required: boolean;
            /**
             * Format: uuid
             * @description The service account that it acts as; grant it roles at `/service-accounts/{id}/roles/{role}`
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            service_account_id: string | null;
            /**
             * Format: uuid
             * @description Null: a command of the binary
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When a user's session of it was last used, to the hour; only of clients that no administrator created
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example null
             */
            disabled_at: string | null;
            /**
             * Format: date-time
             * @description Tokens issued earlier are refused
             * @example null
             */
            tokens_not_before: string | null;
        };
        ClientKey: {
            kid: string;
            /** @enum {string} */
            kty: "EC" | "OKP" | "RSA";
            /** @enum {string} */
            crv?: "P-256" | "Ed25519";
            x?: string;
            y?: string;
            n?: string;
            e?: string;
            alg?: string;
            /** @enum {string} */
            use?: "sig";
        };
        IssuedClient: {
            /**
             * Format: uuid
             * @description The `client_id` of OAuth requests, unless it has a `url`
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description `dynamic`: it registered itself (RFC 7591). `document`: it describes itself at its `url`
             * @example admin
             * @enum {string}
             */
            source: "admin" | "dynamic" | "document";
            /**
             * @description Its `client_id`, where its metadata are
             * @example null
             */
            url: string | null;
            /**
             * @description Its home page, as it says itself
             * @example null
             */
            client_uri: string | null;
            /** @example nightly backup */
            name: string;
            /**
             * @example [
             *       "client_credentials"
             *     ]
             */
            grant_types: string[];
            /**
             * @example [
             *       "users:read"
             *     ]
             */
            scopes: string[];
            /** @example [] */
            resources: string[];
            /**
             * @description Whether it may get tokens for Sentinel's own API
             * @example true
             */
            own_api: boolean;
            /**
             * @description `native`: an application on the user's device, whose redirection URIs may have a scheme of its own
             * @example web
             * @enum {string}
             */
            application_type: "web" | "native";
            /**
             * @example client_secret_basic
             * @enum {string}
             */
            token_endpoint_auth_method: "client_secret_basic" | "private_key_jwt" | "none";
            /** @example null */
            jwks: {
                keys: components["schemas"]["ClientKey"][];
            } | null;
            /**
             * Format: uri
             * @description For `private_key_jwt`: where its public keys are, if not in `jwks`; https on port 443, or an address in `SENTINEL_OUTBOUND_ALLOW`. They are kept for 10 minutes, and requested once a minute at most
             * @example null
             */
            jwks_uri: string | null;
            /**
             * @description For `private_key_jwt`: the only algorithm of its assertions; null: any that its keys are for
             * @example null
             * @enum {string|null}
             */
            token_endpoint_auth_signing_alg: "ES256" | "EdDSA" | "Ed25519" | "PS256" | "RS256" | null;
            /**
             * @description For `private_key_jwt`: whether the `aud` of its assertions may be the URL of the token endpoint too. Otherwise it is the issuer, as one string
             * @example false
             */
            token_endpoint_audience: boolean;
            /**
             * @description Where users return to, compared character by character: https, http on localhost, 127.0.0.1 or [::1], and for native applications a scheme such as `com.example.app:/callback`
             * @example []
             */
            redirect_uris: string[];
            /**
             * @description Where users may return to after they signed out; the same rules
             * @example []
             */
            post_logout_redirect_uris: string[];
            /**
             * @description What its id_tokens are signed with. Every library verifies RS256; ES256 is signed ten times as fast
             * @example RS256
             * @enum {string}
             */
            id_token_signed_response_alg: "RS256" | "ES256";
            /**
             * @description Whether it is yours: users are not asked for consent
             * @example false
             */
            first_party: boolean;
            /**
             * @description `false` lets a client with a secret sign users in without PKCE (RFC 7636)
             * @example true
             */
            require_pkce: boolean;
            /**
             * @description Whether it must push its authorization requests to `/oauth/par` (RFC 9126 §6)
             * @example false
             */
            require_pushed_authorization_requests: boolean;
            /**
             * @description Whether a native public client may use any port of `http://localhost`, as it may of `127.0.0.1`
             * @example false
             */
            native_localhost: boolean;
            /**
             * @description Whether a refresh answers an id_token too
             * @example true
             */
            refresh_id_token: boolean;
            /**
             * @description Whether it must prove a key to get tokens (RFC 9449 §5.2); others may
             * @example false
             */
            dpop_bound_access_tokens: boolean;
            /**
             * Format: uri
             * @description Where it is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0): https, or http on localhost, 127.0.0.1 or [::1]; null: nowhere
             * @example null
             */
            backchannel_logout_uri: string | null;
            /**
             * @description Whether it needs `sid` in logout tokens, which is always there
             * @example false
             */
            backchannel_logout_session_required: boolean;
            /**
             * Format: uuid
             * @description The service account that it acts as; grant it roles at `/service-accounts/{id}/roles/{role}`
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            service_account_id: string | null;
            /**
             * Format: uuid
             * @description Null: a command of the binary
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When a user's session of it was last used, to the hour; only of clients that no administrator created
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example null
             */
            disabled_at: string | null;
            /**
             * Format: date-time
             * @description Tokens issued earlier are refused
             * @example null
             */
            tokens_not_before: string | null;
            /**
             * @description Shown once: store it now. A public client has none
             * @example snt_cs_0CJ3zGhq…
             */
            client_secret?: string;
        };
        /**
         * @example {
         *       "name": "nightly backup",
         *       "scopes": [
         *         "users:read"
         *       ]
         *     }
         */
        NewClient: {
            /** @example nightly backup */
            name: string;
            /**
             * @description Absent: `authorization_code` and `refresh_token` for a public client or one with `redirect_uris`, otherwise `client_credentials`
             * @example [
             *       "client_credentials"
             *     ]
             */
            grant_types?: ("authorization_code" | "refresh_token" | "client_credentials" | "urn:ietf:params:oauth:grant-type:device_code")[];
            /**
             * @description Absent: `openid`, `profile` and `email` for a client that users sign in to, otherwise none
             * @example [
             *       "users:read"
             *     ]
             */
            scopes?: string[];
            /**
             * @description URIs of the APIs that it may get tokens for, and whose tokens it may introspect
             * @example []
             */
            resources?: string[];
            /**
             * @description Absent: true for a client without `resources` that no user signs in to
             * @example true
             */
            own_api?: boolean;
            /**
             * @description `native`: an application on the user's device, whose redirection URIs may have a scheme of its own
             * @example web
             * @enum {string}
             */
            application_type?: "web" | "native";
            /**
             * @description `none`: a public client, such as a single-page or native application, which has no secret. `private_key_jwt`: it signs assertions with a key of its own (RFC 7523 §2.2). Every other client may send its secret by Basic or in the form; `client_secret_post` is stored as `client_secret_basic`
             * @example client_secret_basic
             * @enum {string}
             */
            token_endpoint_auth_method?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";
            /**
             * @description For `private_key_jwt`: its public keys (RFC 7517 §5), each with a `kid`: P-256, Ed25519, or RSA with 2,048 to 4,096 bits. Absent with `jwks_uri`
             * @example null
             */
            jwks?: ({
                keys: {
                    [key: string]: unknown;
                }[];
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * Format: uri
             * @description For `private_key_jwt`: where its public keys are, if not in `jwks`; https on port 443, or an address in `SENTINEL_OUTBOUND_ALLOW`. They are kept for 10 minutes, and requested once a minute at most
             * @example null
             */
            jwks_uri?: string | null;
            /**
             * @description For `private_key_jwt`: the only algorithm of its assertions; null: any that its keys are for
             * @example null
             * @enum {string|null}
             */
            token_endpoint_auth_signing_alg?: "ES256" | "EdDSA" | "Ed25519" | "PS256" | "RS256" | null;
            /**
             * @description For `private_key_jwt`: whether the `aud` of its assertions may be the URL of the token endpoint too. Otherwise it is the issuer, as one string
             * @example false
             */
            token_endpoint_audience?: boolean;
            /**
             * @description Where users return to, compared character by character: https, http on localhost, 127.0.0.1 or [::1], and for native applications a scheme such as `com.example.app:/callback`
             * @example []
             */
            redirect_uris?: string[];
            /**
             * @description Where users may return to after they signed out; the same rules
             * @example []
             */
            post_logout_redirect_uris?: string[];
            /**
             * @description What its id_tokens are signed with. Every library verifies RS256; ES256 is signed ten times as fast
             * @example RS256
             * @enum {string}
             */
            id_token_signed_response_alg?: "RS256" | "ES256";
            /**
             * @description Whether it is yours: users are not asked for consent
             * @example false
             */
            first_party?: boolean;
            /**
             * @description `false` lets a client with a secret sign users in without PKCE (RFC 7636)
             * @example true
             */
            require_pkce?: boolean;
            /**
             * @description Whether it must push its authorization requests to `/oauth/par` (RFC 9126 §6)
             * @example false
             */
            require_pushed_authorization_requests?: boolean;
            /**
             * @description Whether a native public client may use any port of `http://localhost`, as it may of `127.0.0.1`
             * @example false
             */
            native_localhost?: boolean;
            /**
             * @description Whether a refresh answers an id_token too
             * @example true
             */
            refresh_id_token?: boolean;
            /**
             * @description Whether it must prove a key to get tokens (RFC 9449 §5.2); others may
             * @example false
             */
            dpop_bound_access_tokens?: boolean;
            /**
             * Format: uri
             * @description Where it is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0): https, or http on localhost, 127.0.0.1 or [::1]; null: nowhere
             * @example null
             */
            backchannel_logout_uri?: string | null;
            /**
             * @description Whether it needs `sid` in logout tokens, which is always there
             * @example false
             */
            backchannel_logout_session_required?: boolean;
            /**
             * @description Roles of its service account; each requires `roles:grant` and every permission of the role
             * @default []
             * @example []
             */
            roles?: string[];
        };
        /**
         * @example {
         *       "name": "backup of the night",
         *       "disabled": false
         *     }
         */
        ClientChange: {
            /** @example nightly backup */
            name?: string;
            /**
             * @description `authorization_code`: users sign in to it. `refresh_token`: it stays signed in. `urn:ietf:params:oauth:grant-type:device_code`: it has no browser, and users sign in on another device. `client_credentials`: it gets tokens for itself. None: it only introspects tokens
             * @example [
             *       "client_credentials"
             *     ]
             */
            grant_types?: ("authorization_code" | "refresh_token" | "client_credentials" | "urn:ietf:params:oauth:grant-type:device_code")[];
            /**
             * @description What its tokens may carry: permissions that you hold, scopes of its APIs, and, for applications that users sign in to, `openid`, `profile`, `email`, `roles` and `offline_access`
             * @example [
             *       "users:read"
             *     ]
             */
            scopes?: string[];
            /**
             * @description URIs of the APIs that it may get tokens for, and whose tokens it may introspect
             * @example []
             */
            resources?: string[];
            /**
             * @description Whether it may get tokens for Sentinel's own API
             * @example true
             */
            own_api?: boolean;
            /**
             * @description `native`: an application on the user's device, whose redirection URIs may have a scheme of its own
             * @example web
             * @enum {string}
             */
            application_type?: "web" | "native";
            /**
             * @description `none`: a public client, such as a single-page or native application, which has no secret. `private_key_jwt`: it signs assertions with a key of its own (RFC 7523 §2.2). Every other client may send its secret by Basic or in the form; `client_secret_post` is stored as `client_secret_basic`
             * @example client_secret_basic
             * @enum {string}
             */
            token_endpoint_auth_method?: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";
            /**
             * @description For `private_key_jwt`: its public keys (RFC 7517 §5), each with a `kid`: P-256, Ed25519, or RSA with 2,048 to 4,096 bits. Absent with `jwks_uri`
             * @example null
             */
            jwks?: ({
                keys: {
                    [key: string]: unknown;
                }[];
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * Format: uri
             * @description For `private_key_jwt`: where its public keys are, if not in `jwks`; https on port 443, or an address in `SENTINEL_OUTBOUND_ALLOW`. They are kept for 10 minutes, and requested once a minute at most
             * @example null
             */
            jwks_uri?: string | null;
            /**
             * @description For `private_key_jwt`: the only algorithm of its assertions; null: any that its keys are for
             * @example null
             * @enum {string|null}
             */
            token_endpoint_auth_signing_alg?: "ES256" | "EdDSA" | "Ed25519" | "PS256" | "RS256" | null;
            /**
             * @description For `private_key_jwt`: whether the `aud` of its assertions may be the URL of the token endpoint too. Otherwise it is the issuer, as one string
             * @example false
             */
            token_endpoint_audience?: boolean;
            /**
             * @description Where users return to, compared character by character: https, http on localhost, 127.0.0.1 or [::1], and for native applications a scheme such as `com.example.app:/callback`
             * @example []
             */
            redirect_uris?: string[];
            /**
             * @description Where users may return to after they signed out; the same rules
             * @example []
             */
            post_logout_redirect_uris?: string[];
            /**
             * @description What its id_tokens are signed with. Every library verifies RS256; ES256 is signed ten times as fast
             * @example RS256
             * @enum {string}
             */
            id_token_signed_response_alg?: "RS256" | "ES256";
            /**
             * @description Whether it is yours: users are not asked for consent
             * @example false
             */
            first_party?: boolean;
            /**
             * @description `false` lets a client with a secret sign users in without PKCE (RFC 7636)
             * @example true
             */
            require_pkce?: boolean;
            /**
             * @description Whether it must push its authorization requests to `/oauth/par` (RFC 9126 §6)
             * @example false
             */
            require_pushed_authorization_requests?: boolean;
            /**
             * @description Whether a native public client may use any port of `http://localhost`, as it may of `127.0.0.1`
             * @example false
             */
            native_localhost?: boolean;
            /**
             * @description Whether a refresh answers an id_token too
             * @example true
             */
            refresh_id_token?: boolean;
            /**
             * @description Whether it must prove a key to get tokens (RFC 9449 §5.2); others may
             * @example false
             */
            dpop_bound_access_tokens?: boolean;
            /**
             * Format: uri
             * @description Where it is told that a user's session has ended (OpenID Connect Back-Channel Logout 1.0): https, or http on localhost, 127.0.0.1 or [::1]; null: nowhere
             * @example null
             */
            backchannel_logout_uri?: string | null;
            /**
             * @description Whether it needs `sid` in logout tokens, which is always there
             * @example false
             */
            backchannel_logout_session_required?: boolean;
            /**
             * @description `true` refuses the client, its tokens, its sessions of users and its service account
             * @example true
             */
            disabled?: boolean;
        };
        ClientSecrets: {
            items: components["schemas"]["ClientSecret"][];
        };
        ClientSecret: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description The last four characters
             * @example 3kQz
             */
            hint: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
        };
        IssuedClientSecret: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            client_id: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description The last four characters
             * @example 3kQz
             */
            hint: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never
             * @example 2026-01-15T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description Up to a minute late
             * @example 2026-01-15T09:30:00.000Z
             */
            last_used_at: string | null;
            /**
             * @description Shown once: store it now
             * @example snt_cs_0CJ3zGhq…
             */
            client_secret: string;
        };
        ClientSecretRotation: {
            /**
             * @description How long the secret before still works
             * @default 86400
             * @example 86400
             */
            overlap_seconds?: number;
        };
        ClientRefusals: {
            items: components["schemas"]["ClientRefusal"][];
        };
        ClientRefusal: {
            /** @example scope not allowed: users:write */
            reason: string;
            /** @example 3 */
            count: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            first_at: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            last_at: string;
            explanation: {
                /**
                 * @example redirect_uri_not_registered
                 * @enum {string}
                 */
                cause: "redirect_uri_not_registered" | "redirect_uri_missing" | "redirect_uri_differs" | "post_logout_redirect_uri_not_registered" | "scope_not_allowed" | "scope_not_held" | "scope_not_granted" | "scope_without_resource" | "resource_not_allowed" | "resource_not_named" | "grant_type_not_allowed" | "secret_wrong" | "secret_malformed" | "secret_of_another_client" | "secret_expired" | "secret_missing" | "secret_of_public_client" | "assertion_wrong" | "assertion_expired" | "assertion_replayed" | "assertion_missing" | "key_unknown" | "keys_unavailable" | "client_disabled" | "code_used" | "code_expired" | "code_unknown" | "code_of_another_client" | "request_not_pushed" | "request_uri_unknown" | "challenge_missing" | "challenge_wrong" | "verifier_missing" | "verifier_unexpected" | "verifier_wrong" | "proof_missing" | "proof_invalid" | "proof_of_another_key" | "user_denied" | "user_gone" | "not_signed_in" | "not_asked" | "another_user" | "other";
                /**
                 * @description What the client was told (RFC 6749); `page` where the user was kept on a page of Sentinel
                 * @example page
                 */
                error: string;
                /**
                 * @description What was sent, such as a URI, a scope, or the last characters of a secret
                 * @example https://ledger.example.com/callback/
                 */
                value: string | null;
                /** @description Where it differs from the registered value that is most like it */
                difference: {
                    /** @example https://ledger.example.com/callback */
                    registered: string;
                    /**
                     * @example slash_more
                     * @enum {string}
                     */
                    kind: "slash_more" | "slash_less" | "scheme" | "host" | "port" | "case" | "query" | "path" | "other";
                    /** @example https://ledger.example.com/callback */
                    before: string;
                    /** @example / */
                    sent_part: string;
                    /** @example  */
                    registered_part: string;
                    /** @example  */
                    after: string;
                    /**
                     * @description Whether at most two characters differ, at the same origin
                     * @example true
                     */
                    typing_error: boolean;
                } | null;
                /**
                 * @description Whether the client was changed since, so that the request would not be refused for this reason
                 * @example false
                 */
                mended: boolean;
                /**
                 * @description Whether there is something to mend; not where users deny, or are not signed in
                 * @example true
                 */
                failing: boolean;
            };
        };
        ApiResourcePage: {
            items: components["schemas"]["ApiResource"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        ApiResource: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /**
             * @description What its tokens have as `aud`
             * @example https://api.example.com
             */
            uri: string;
            /** @example Documents */
            name: string;
            /**
             * @example [
             *       "documents:read",
             *       "documents:write"
             *     ]
             */
            scopes: string[];
            /**
             * @description What its tokens are signed with. Every JWT library verifies ES256; EdDSA is signed 20 times as fast
             * @example ES256
             * @enum {string}
             */
            alg: "ES256" | "EdDSA";
            /** @example 600 */
            ttl_seconds: number;
            /**
             * @description Whether clients that registered themselves, or describe themselves in a document, may get tokens for it
             * @example false
             */
            open_to_dynamic: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "uri": "https://api.example.com",
         *       "name": "Documents",
         *       "scopes": [
         *         "documents:read",
         *         "documents:write"
         *       ],
         *       "alg": "ES256",
         *       "ttl_seconds": 600,
         *       "open_to_dynamic": false
         *     }
         */
        NewApiResource: {
            /**
             * @description What its tokens have as `aud`
             * @example https://api.example.com
             */
            uri: string;
            /** @example Documents */
            name: string;
            /**
             * @description What a token for it may carry. A scope that is also a permission counts only while the subject holds it
             * @example [
             *       "documents:read",
             *       "documents:write"
             *     ]
             */
            scopes: string[];
            /**
             * @description What its tokens are signed with. Every JWT library verifies ES256; EdDSA is signed 20 times as fast
             * @default ES256
             * @example ES256
             * @enum {string}
             */
            alg?: "ES256" | "EdDSA";
            /**
             * @description Lifetime of its tokens
             * @default 600
             * @example 600
             */
            ttl_seconds?: number;
            /**
             * @description Whether clients that registered themselves, or describe themselves in a document, may get tokens for it
             * @default false
             * @example false
             */
            open_to_dynamic?: boolean;
        };
        /**
         * @example {
         *       "name": "Documents and pictures"
         *     }
         */
        ApiResourceChange: {
            /** @example Documents */
            name?: string;
            /**
             * @description What a token for it may carry. A scope that is also a permission counts only while the subject holds it
             * @example [
             *       "documents:read",
             *       "documents:write"
             *     ]
             */
            scopes?: string[];
            /**
             * @description What its tokens are signed with. Every JWT library verifies ES256; EdDSA is signed 20 times as fast
             * @example ES256
             * @enum {string}
             */
            alg?: "ES256" | "EdDSA";
            /**
             * @description Lifetime of its tokens
             * @example 600
             */
            ttl_seconds?: number;
            /**
             * @description Whether clients that registered themselves, or describe themselves in a document, may get tokens for it
             * @example false
             */
            open_to_dynamic?: boolean;
        };
        ClientRegistration: {
            /** @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e */
            client_id: string;
            /**
             * @description Seconds since the epoch
             * @example 1768469400
             */
            client_id_issued_at: number;
            /**
             * @description Shown once. A public client and one with keys have none
             * @example snt_cs_0CJ3zGhq…
             */
            client_secret?: string;
            /**
             * @description It does not expire
             * @example 0
             * @enum {number}
             */
            client_secret_expires_at?: 0;
            /** @example Notes */
            client_name: string;
            /** @example https://notes.example.com */
            client_uri?: string;
            /**
             * @example [
             *       "http://127.0.0.1/callback"
             *     ]
             */
            redirect_uris: string[];
            /**
             * @example [
             *       "http://127.0.0.1/callback"
             *     ]
             */
            post_logout_redirect_uris?: string[];
            /**
             * @example [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grant_types: string[];
            /**
             * @example [
             *       "code"
             *     ]
             */
            response_types: "code"[];
            /** @example none */
            token_endpoint_auth_method: string;
            /**
             * @example native
             * @enum {string}
             */
            application_type: "web" | "native";
            /**
             * @description Absent: all that tells who the user is, and the scopes of every API that is open to such clients
             * @example openid profile
             */
            scope?: string;
            /**
             * @example RS256
             * @enum {string}
             */
            id_token_signed_response_alg: "RS256" | "ES256";
            /**
             * @example {
             *       "keys": [
             *         {
             *           "kid": "2026",
             *           "kty": "EC",
             *           "crv": "P-256",
             *           "x": "f83OJ3D2…",
             *           "y": "x_FEzRu9…"
             *         }
             *       ]
             *     }
             */
            jwks?: {
                keys: components["schemas"]["ClientKey"][];
            };
            /** @example https://notes.example.com/jwks.json */
            jwks_uri?: string;
            /** @example ES256 */
            token_endpoint_auth_signing_alg?: string;
            /** @example false */
            dpop_bound_access_tokens: boolean;
            /** @example false */
            require_pushed_authorization_requests: boolean;
            /** @example https://notes.example.com/logout */
            backchannel_logout_uri?: string;
            /** @example false */
            backchannel_logout_session_required?: boolean;
        };
        /**
         * @description Metadata of RFC 7591 §2 and OpenID Connect Dynamic Client Registration 1.0 §2; unknown ones are ignored
         * @example {
         *       "client_name": "Notes",
         *       "redirect_uris": [
         *         "http://127.0.0.1/callback"
         *       ],
         *       "grant_types": [
         *         "authorization_code",
         *         "refresh_token"
         *       ],
         *       "token_endpoint_auth_method": "none",
         *       "scope": "openid profile"
         *     }
         */
        ClientRegistrationRequest: {
            [key: string]: unknown;
        };
        PermissionPage: {
            items: components["schemas"]["Permission"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        Permission: {
            /**
             * @description `resource:action`; actions may have capitals, such as `GET`
             * @example documents:read
             */
            name: string;
            /** @example Read any document */
            description: string;
            /**
             * @description Whether it belongs to Sentinel itself and not to an application
             * @example false
             */
            built_in: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "name": "documents:read",
         *       "description": "Read any document"
         *     }
         */
        NewPermission: {
            /**
             * @description `resource:action`; actions may have capitals, such as `GET`
             * @example documents:read
             */
            name: string;
            /**
             * @default
             * @example Read any document
             */
            description?: string;
        };
        RolePage: {
            items: components["schemas"]["Role"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        Role: {
            /** @example support */
            name: string;
            /** @example Looks users and their sessions up */
            description: string;
            /**
             * @description Whether it is `admin` or `user`, which cannot be edited
             * @example false
             */
            built_in: boolean;
            /**
             * @description Whether its holders, and those of roles that inherit from it, must have a second factor. Who has none sets one up at the next login.
             * @example false
             */
            mfa_required: boolean;
            /**
             * @description Permissions that the role holds itself, sorted
             * @example [
             *       "users:read"
             *     ]
             */
            permissions: string[];
            /**
             * @description Roles that it inherits from, sorted
             * @example [
             *       "user"
             *     ]
             */
            parents: string[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "name": "support",
         *       "description": "Looks users and their sessions up",
         *       "permissions": [
         *         "users:read",
         *         "sessions:read"
         *       ],
         *       "parents": [
         *         "user"
         *       ]
         *     }
         */
        NewRole: {
            /** @example support */
            name: string;
            /**
             * @default
             * @example Looks users and their sessions up
             */
            description?: string;
            /**
             * @description Whether its holders, and those of roles that inherit from it, must have a second factor. Who has none sets one up at the next login.
             * @default false
             * @example false
             */
            mfa_required?: boolean;
            /** @default [] */
            permissions?: string[];
            /** @default [] */
            parents?: string[];
        };
        /**
         * @example {
         *       "description": "Looks users and their sessions up",
         *       "mfa_required": true
         *     }
         */
        RoleChange: {
            /** @example Looks users and their sessions up */
            description?: string;
            /**
             * @description Whether its holders, and those of roles that inherit from it, must have a second factor. Who has none sets one up at the next login.
             * @example false
             */
            mfa_required?: boolean;
            /**
             * @description All permissions that the role is to hold itself
             * @example [
             *       "users:read"
             *     ]
             */
            permissions?: string[];
            /**
             * @description All roles that it is to inherit from
             * @example [
             *       "user"
             *     ]
             */
            parents?: string[];
        };
        RolePreview: {
            /** @example support */
            role: string;
            /**
             * @description The state of the role that the preview is about: send it in quotes as `If-Match` with the change
             * @example kK0Xn2o1tq5x1hJt0gqJ7w
             */
            revision: string;
            permissions: {
                /**
                 * @description What is added
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                added: string[];
                /**
                 * @description What is removed
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                removed: string[];
            };
            parents: {
                /**
                 * @description What is added
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                added: string[];
                /**
                 * @description What is removed
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                removed: string[];
            };
            /**
             * @description How many roles give something else: this one and roles that inherit from it
             * @example 35
             */
            affected_role_count: number;
            /**
             * @description Whether all users were examined. It is false if there are more than 10,000 grants of affected roles; counts are then lower bounds
             * @example true
             */
            is_complete: boolean;
            /**
             * @description How many users with an affected role were examined
             * @example 35
             */
            examined_user_count: number;
            gains: components["schemas"]["PreviewedUsers"];
            losses: components["schemas"]["PreviewedUsers"];
            /**
             * @description Users who lose nothing because other grants give them the same
             * @example 35
             */
            keeping_user_count: number;
            /**
             * @description Users who keep a permission, but until an earlier time, as another grant expires
             * @example 35
             */
            shortened_user_count: number;
            /**
             * @description Users who have a permission already, and keep it for longer than their grant lasts
             * @example 35
             */
            extended_user_count: number;
            /** @description The exclusions that refuse the change. Without any, it is not refused for exclusions */
            exceeded_exclusions: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                id: string;
                /** @example Administrators do not answer support requests */
                description: string;
                /**
                 * @description The most of its roles that one user may hold
                 * @example 1
                 */
                at_most: number;
                /**
                 * @description The roles of the exclusion
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                members: string[];
                /**
                 * @description Up to 50 roles that would give more of them than the exclusion allows
                 * @example [
                 *       "users:read"
                 *     ]
                 */
                roles: string[];
                /** @description Up to 50 users who would hold more of them */
                users: {
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                     */
                    id: string;
                    /** @enum {string} */
                    kind: "person" | "service";
                    /**
                     * @description Username, else e-mail address; the name of a service account
                     * @example grace
                     */
                    name: string;
                }[];
            }[];
        };
        PreviewedUsers: {
            /**
             * @description How many users
             * @example 35
             */
            user_count: number;
            /** @description The first 50 of them, by name. Naming people requires `users:read`, and naming service accounts `service_accounts:read` */
            users: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                id: string;
                /** @enum {string} */
                kind: "person" | "service";
                /**
                 * @description Username, else e-mail address; the name of a service account
                 * @example grace
                 */
                name: string;
                /**
                 * @description Whether it takes effect only when the account is enabled again
                 * @example false
                 */
                disabled: boolean;
                /**
                 * @description How many permissions
                 * @example 35
                 */
                permission_count: number;
                /** @description The first 10 of them, by name */
                permissions: {
                    /** @example users:read */
                    permission: string;
                    /**
                     * @description From the role that is granted to the role that holds the permission
                     * @example [
                     *       "manager",
                     *       "support"
                     *     ]
                     */
                    path: string[];
                    /**
                     * Format: date-time
                     * @description When the grant expires; null if it does not
                     * @example null
                     */
                    expires_at: string | null;
                }[];
            }[];
            /** @description The first 100 permissions, by name */
            permissions: {
                /** @example users:read */
                permission: string;
                /**
                 * @description How many users gain it, or lose it
                 * @example 35
                 */
                user_count: number;
            }[];
        };
        RoleContents: {
            /**
             * @description All permissions that the role is to hold itself
             * @example [
             *       "users:read"
             *     ]
             */
            permissions?: string[];
            /**
             * @description All roles that it is to inherit from
             * @example [
             *       "user"
             *     ]
             */
            parents?: string[];
        };
        RoleExclusionPage: {
            items: components["schemas"]["RoleExclusion"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        RoleExclusion: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @example Administrators do not answer support requests */
            description: string;
            /**
             * @example [
             *       "admin",
             *       "support"
             *     ]
             */
            roles: string[];
            /**
             * @description The most of these roles that one user may hold
             * @example 1
             */
            at_most: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "description": "Administrators do not answer support requests",
         *       "roles": [
         *         "admin",
         *         "support"
         *       ],
         *       "at_most": 1
         *     }
         */
        NewRoleExclusion: {
            /**
             * @default
             * @example Administrators do not answer support requests
             */
            description?: string;
            /**
             * @example [
             *       "admin",
             *       "support"
             *     ]
             */
            roles: string[];
            /**
             * @description The most of these roles that one user may hold
             * @example 1
             */
            at_most: number;
        };
        Greeting: {
            /** @example Hello, Admin ada */
            message: string;
        };
        GrantRequest: {
            /**
             * Format: date-time
             * @description When the grant expires; absent or null means never
             * @example 2099-01-31T18:00:00Z
             */
            expires_at?: string | null;
        };
        EffectivePermissionPage: {
            items: components["schemas"]["EffectivePermission"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        EffectivePermission: {
            /** @example documents:read */
            permission: string;
            sources: {
                /**
                 * @description The role that was granted
                 * @example editor
                 */
                role: string;
                /**
                 * Format: date-time
                 * @description When the grant expires; null means never
                 * @example null
                 */
                expires_at: string | null;
                /**
                 * @description The roles from the granted one to the one that holds the permission itself; only for callers with `roles:read`
                 * @example [
                 *       "editor",
                 *       "viewer"
                 *     ]
                 */
                path?: string[];
            }[];
        };
        /**
         * @example {
         *       "decision": true,
         *       "context": {
         *         "explanation": {
         *           "permission": "documents:read",
         *           "path": [
         *             {
         *               "type": "user",
         *               "id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"
         *             },
         *             {
         *               "type": "grant",
         *               "id": "editor",
         *               "expires_at": null
         *             },
         *             {
         *               "type": "role",
         *               "id": "editor"
         *             },
         *             {
         *               "type": "role",
         *               "id": "viewer"
         *             },
         *             {
         *               "type": "permission",
         *               "id": "documents:read"
         *             }
         *           ]
         *         }
         *       }
         *     }
         */
        Decision: {
            /** @example true */
            decision: boolean;
            context?: {
                explanation?: {
                    /** @example documents:read */
                    permission: string;
                    /**
                     * @description From the user through the grant and the roles to the permission. Roles are included only for callers with `roles:read` or `decisions:evaluate`
                     * @example [
                     *       {
                     *         "type": "user",
                     *         "id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"
                     *       },
                     *       {
                     *         "type": "grant",
                     *         "id": "editor",
                     *         "expires_at": null
                     *       },
                     *       {
                     *         "type": "role",
                     *         "id": "editor"
                     *       },
                     *       {
                     *         "type": "role",
                     *         "id": "viewer"
                     *       },
                     *       {
                     *         "type": "permission",
                     *         "id": "documents:read"
                     *       }
                     *     ]
                     */
                    path: {
                        /** @enum {string} */
                        type: "user" | "grant" | "role" | "permission";
                        id: string;
                        /**
                         * Format: date-time
                         * @description When a grant expires; null means never
                         * @example 2026-01-15T09:30:00.000Z
                         */
                        expires_at?: string | null;
                    }[];
                } | {
                    /** @example documents:read */
                    permission: string;
                    /**
                     * @description Why it was denied. `subject`: no such user. `active_subject`: the user is disabled. `permission`: no such permission; callers with neither `roles:read` nor `decisions:evaluate` get `grant` instead. `grant`: no active grant gives it. `scope`: you hold it, but your credential is not scoped for it
                     * @enum {string}
                     */
                    missing: "subject" | "active_subject" | "permission" | "grant" | "scope";
                    /**
                     * @description Up to 20 roles that would give it: first those that hold it directly, last `admin`. Only for callers with `roles:read` or `decisions:evaluate`
                     * @example [
                     *       "viewer",
                     *       "editor",
                     *       "admin"
                     *     ]
                     */
                    roles?: string[];
                    /**
                     * @description Up to 20 expired grants that gave the permission
                     * @example [
                     *       {
                     *         "role": "editor",
                     *         "expires_at": "2026-01-31T18:00:00.000Z"
                     *       }
                     *     ]
                     */
                    expired: {
                        role: string;
                        /**
                         * Format: date-time
                         * @description RFC 3339, UTC
                         * @example 2026-01-15T09:30:00.000Z
                         */
                        expires_at: string;
                    }[];
                };
                /** @description Why this evaluation of several could not be made */
                error?: {
                    status: number;
                    message: string;
                };
            };
        };
        EvaluationRequest: {
            subject: components["schemas"]["Subject"];
            action: components["schemas"]["Action"];
            resource: components["schemas"]["Resource"];
            context?: components["schemas"]["Context"];
        };
        /**
         * @example {
         *       "type": "user",
         *       "id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"
         *     }
         */
        Subject: {
            /**
             * @description `user`; any other type is denied
             * @example user
             */
            type: string;
            /**
             * @description The user's id, username or e-mail address, or a service account's id; a UUID is always an id
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            id: string;
            /** @description Ignored */
            properties?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "name": "read"
         *     }
         */
        Action: {
            /** @example read */
            name: string;
            /** @description Ignored */
            properties?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "type": "documents",
         *       "id": "42"
         *     }
         */
        Resource: {
            /**
             * @description Together with the action it names the permission: `type:name`
             * @example documents
             */
            type: string;
            /** @description Required but ignored: a permission is for all resources of a type */
            id: string;
            /** @description Ignored */
            properties?: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "explain": true
         *     }
         */
        Context: {
            /**
             * @description `true` asks for an explanation
             * @example true
             */
            explain?: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "evaluations": [
         *         {
         *           "decision": true
         *         },
         *         {
         *           "decision": false
         *         }
         *       ]
         *     }
         */
        EvaluationsResponse: {
            evaluations: components["schemas"]["Decision"][];
        } | components["schemas"]["Decision"];
        /**
         * @example {
         *       "subject": {
         *         "type": "user",
         *         "id": "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e"
         *       },
         *       "action": {
         *         "name": "read"
         *       },
         *       "evaluations": [
         *         {
         *           "resource": {
         *             "type": "documents",
         *             "id": "1"
         *           }
         *         },
         *         {
         *           "resource": {
         *             "type": "invoices",
         *             "id": "2"
         *           }
         *         }
         *       ],
         *       "options": {
         *         "evaluations_semantic": "execute_all"
         *       }
         *     }
         */
        EvaluationsRequest: {
            subject?: {
                /**
                 * @description `user`; any other type is denied
                 * @example user
                 */
                type?: string;
                /**
                 * @description The user's id, username or e-mail address, or a service account's id; a UUID is always an id
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                id?: string;
                /** @description Ignored */
                properties?: {
                    [key: string]: unknown;
                };
            };
            action?: {
                /** @example read */
                name?: string;
                /** @description Ignored */
                properties?: {
                    [key: string]: unknown;
                };
            };
            resource?: {
                /**
                 * @description Together with the action it names the permission: `type:name`
                 * @example documents
                 */
                type?: string;
                /** @description Required but ignored: a permission is for all resources of a type */
                id?: string;
                /** @description Ignored */
                properties?: {
                    [key: string]: unknown;
                };
            };
            context?: components["schemas"]["Context"];
            /** @description Missing members are taken from the top level */
            evaluations?: {
                subject?: {
                    /**
                     * @description `user`; any other type is denied
                     * @example user
                     */
                    type?: string;
                    /**
                     * @description The user's id, username or e-mail address, or a service account's id; a UUID is always an id
                     * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                     */
                    id?: string;
                    /** @description Ignored */
                    properties?: {
                        [key: string]: unknown;
                    };
                };
                action?: {
                    /** @example read */
                    name?: string;
                    /** @description Ignored */
                    properties?: {
                        [key: string]: unknown;
                    };
                };
                resource?: {
                    /**
                     * @description Together with the action it names the permission: `type:name`
                     * @example documents
                     */
                    type?: string;
                    /** @description Required but ignored: a permission is for all resources of a type */
                    id?: string;
                    /** @description Ignored */
                    properties?: {
                        [key: string]: unknown;
                    };
                };
                context?: components["schemas"]["Context"];
            }[];
            options?: {
                /**
                 * @description Whether to answer all evaluations, or to stop after the first one that is denied or permitted
                 * @default execute_all
                 * @enum {string}
                 */
                evaluations_semantic?: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit";
            };
        };
        SubjectSearchResponse: {
            results: {
                /** @enum {string} */
                type: "user";
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                id: string;
            }[];
            page: components["schemas"]["DecisionPage"];
        };
        DecisionPage: {
            /**
             * @description Empty on the last page
             * @example
             */
            next_token: string;
        };
        SubjectSearchRequest: {
            /**
             * @example {
             *       "type": "user"
             *     }
             */
            subject: {
                /**
                 * @description `user`; any other type is denied
                 * @example user
                 */
                type: string;
                /** @description Ignored */
                properties?: {
                    [key: string]: unknown;
                };
            };
            action: components["schemas"]["Action"];
            resource: components["schemas"]["Resource"];
            context?: components["schemas"]["Context"];
            page?: components["schemas"]["DecisionPageRequest"];
        };
        DecisionPageRequest: {
            /**
             * @description `next_token` of the previous page
             * @example
             */
            token?: string;
            /**
             * @description Results per page, at most 200
             * @example 50
             */
            limit?: number;
        };
        ActionSearchResponse: {
            results: {
                /** @example read */
                name: string;
            }[];
            page: components["schemas"]["DecisionPage"];
        };
        ActionSearchRequest: {
            subject: components["schemas"]["Subject"];
            resource: components["schemas"]["Resource"];
            context?: components["schemas"]["Context"];
            page?: components["schemas"]["DecisionPageRequest"];
        };
        /**
         * @example {
         *       "policy_decision_point": "http://localhost:8000",
         *       "access_evaluation_endpoint": "http://localhost:8000/access/v1/evaluation",
         *       "access_evaluations_endpoint": "http://localhost:8000/access/v1/evaluations",
         *       "search_subject_endpoint": "http://localhost:8000/access/v1/search/subject",
         *       "search_action_endpoint": "http://localhost:8000/access/v1/search/action"
         *     }
         */
        AuthzenConfiguration: {
            /** Format: uri */
            policy_decision_point: string;
            /** Format: uri */
            access_evaluation_endpoint: string;
            /** Format: uri */
            access_evaluations_endpoint: string;
            /** Format: uri */
            search_subject_endpoint: string;
            /** Format: uri */
            search_action_endpoint: string;
        };
        AuditEventPage: {
            items: components["schemas"]["AuditEvent"][];
            /**
             * @description Opaque; send it as `page_token` to get the next page
             * @example q0XxWm8Lr1cYtq7bZ3HnDGFkYQ
             */
            next_page_token?: string;
        };
        AuditEventProof: {
            /**
             * @description `unsealed`: the event has no place in the chain yet. `unsigned`: no checkpoint confirms it yet. `distant`: more than 2000 events lie before its checkpoint. `broken`: the log was changed
             * @example proven
             * @enum {string}
             */
            state: "proven" | "unsealed" | "unsigned" | "distant" | "broken";
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
             */
            event_id: string;
            /** @example 48207 */
            seq: number | null;
            /**
             * @description Of the event before; zeros for the first event
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            previous_hash: string | null;
            /**
             * @description What was hashed: the canonical JSON (RFC 8785) of the event
             * @example {"action":"role.granted","actor_id":"01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",…}
             */
            row: string | null;
            /**
             * @description SHA-256 of `previous_hash`, as bytes, and `row`
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            hash: string | null;
            /**
             * @description How many events follow up to the checkpoint
             * @example 3
             */
            later_count: number;
            /**
             * @description Their rows: each is hashed with the hash before it
             * @example [
             *       "{\"action\":\"role.revoked\",…}"
             *     ]
             */
            later: string[];
            checkpoint: components["schemas"]["AuditCheckpoint"];
        };
        /** @description The signed statement about the hash at its place */
        AuditCheckpoint: {
            /** @example 49 */
            number: number;
            /** @example 48210 */
            seq: number;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            hash: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            created_at: string;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            previous: string | null;
            /** @example d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a */
            public_key: string;
            /**
             * @description Ed25519 over the canonical JSON of the other members
             * @example e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
             */
            signature: string;
        } | null;
        AuditVerification: {
            /**
             * @description `pending`: nothing was verified since this server started. `running`: the whole log is being verified. `broken`: the log was changed
             * @example verified
             * @enum {string}
             */
            state: "pending" | "running" | "verified" | "broken";
            /** @description The events of which this server has proven that they are unchanged */
            verified: {
                /** @example 1 */
                from: number;
                /** @example 48210 */
                to: number;
                /** @example 48210 */
                events: number;
                /**
                 * @description Events that lack a part because a user was deleted
                 * @example 12
                 */
                erased: number;
                /**
                 * @description Events whose details have expired
                 * @example 0
                 */
                expired: number;
                /** @example 49 */
                checkpoints: number;
            } | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-01-15T09:30:00.000Z
             */
            verified_at: string | null;
            /** @description When the whole log was last verified by this server */
            whole: {
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-01-15T09:30:00.000Z
                 */
                at: string;
                /** @example 812 */
                duration_ms: number;
            } | null;
            /** @description How far the running verification of the whole log is */
            progress: {
                /** @example 48210 */
                seq: number;
                /** @example 48210 */
                of: number;
            } | null;
            /** @description The first change that was found */
            break: {
                /** @enum {string} */
                code: "event_missing" | "event_changed" | "details_changed" | "details_missing" | "checkpoint_forged" | "checkpoint_foreign" | "chain_cut" | "chain_rewritten" | "verified_missing" | "verified_changed";
                /** @example This event is not the one that was sealed. */
                detail: string;
                /** @example 48210 */
                seq: number;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e
                 */
                event_id?: string;
                /** @example 49 */
                checkpoint?: number;
            } | null;
            /**
             * @description The last event that has its place in the chain; 0 if there is none
             * @example 48210
             */
            sealed_to: number;
            /**
             * @description Newer events, which wait for their places
             * @example 3
             */
            unsealed: number;
            /** @description The last signed statement about the chain */
            last_checkpoint: {
                /** @example 49 */
                number: number;
                /** @example 48210 */
                seq: number;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-01-15T09:30:00.000Z
                 */
                created_at: string;
                /** @example d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a */
                public_key: string;
            } | null;
        };
        Home: {
            /**
             * Format: uri
             * @description The issuer of the tokens and the URL for clients
             * @example http://localhost:8000
             */
            issuer: string;
            /**
             * Format: uri
             * @example http://localhost:8000/docs
             */
            documentation?: string;
            /**
             * Format: uri
             * @example http://localhost:8000/openapi.json
             */
            openapi?: string;
            /**
             * Format: uri
             * @example http://localhost:8000/problems
             */
            problems: string;
            /**
             * Format: uri
             * @example http://localhost:8000/readyz
             */
            readiness: string;
            /**
             * Format: uri
             * @example http://localhost:8000/.well-known/oauth-authorization-server
             */
            metadata: string;
            /**
             * Format: uri
             * @example http://localhost:8000/.well-known/jwks.json
             */
            keys: string;
        };
        Alive: {
            /** @enum {string} */
            status: "alive";
        };
        Ready: {
            /** @enum {string} */
            status: "ready";
            /** @description What needs the operator's attention: `disk_full` if the database refused a write within the last minute */
            warnings?: "disk_full"[];
        };
        ProblemTypes: {
            items: components["schemas"]["ProblemType"][];
        };
        ProblemType: {
            /** @example /problems/invalid_token */
            type: string;
            /** @example Invalid token */
            title: string;
            /** @example 401 */
            status: number;
            /**
             * @description What it means and what to do
             * @example The access token is malformed, expired or revoked. Refresh it, or log in again.
             */
            about: string;
        };
    };
    responses: {
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    requestEmailVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailVerificationRequest"];
            };
        };
        responses: {
            /** @description If an account has the address and has not confirmed it, a mail follows */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailFlow"];
                };
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    completeEmailVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailProof"];
            };
        };
        responses: {
            /** @description Confirmed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailVerified"];
                };
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetRequest"];
            };
        };
        responses: {
            /** @description If an account has the address, a mail follows */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Requested"];
                };
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    completePasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetCompletion"];
            };
        };
        responses: {
            /** @description The password is set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invitations */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAcceptance"];
            };
        };
        responses: {
            /** @description The account */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link no longer works */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeDeletion"];
            };
        };
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeChange"];
            };
        };
        responses: {
            /** @description Your account after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeMyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            /** @description The mails follow */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailFlow"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    completeEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailProof"];
            };
        };
        responses: {
            /** @description Confirmed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailChanged"];
                };
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listMyFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your second factors, oldest first, and how many recovery codes are left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createMyTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTotp"];
            };
        };
        responses: {
            /** @description The secret, shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Totp"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    confirmMyTotp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpConfirmation"];
            };
        };
        responses: {
            /** @description From now on you sign in with it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedFactor"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteMyFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnProof"];
            };
        };
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createMyRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnProof"];
            };
        };
        responses: {
            /** @description Ten codes, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listMyPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your passkeys, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkeys"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createMyPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyRegistration"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedPasskey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    beginMyPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description What the browser creates the passkey by */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeySetup"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteMyPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnProof"];
            };
        };
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    renameMyPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyName"];
            };
        };
        responses: {
            /** @description Renamed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    challengeMyPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the passkey signs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
                /** @description Users whose username begins with this text, in any spelling */
                username?: string;
                /** @description Users whose e-mail address begins with this text, in any spelling */
                email?: string;
                /** @description Users with an active grant of this role */
                role?: string;
                /** @description `true`: only disabled users; `false`: only active users */
                disabled?: boolean;
                /** @description The user with exactly this id in the system that the account was imported from */
                external_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description The user after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listUserFactors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user's second factors, oldest first, and how many recovery codes are left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    resetUserFactors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listServiceAccounts: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
                /** @description Service accounts whose name begins with this text */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of service accounts */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccountPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewServiceAccount"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service account */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteServiceAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeServiceAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceAccountChange"];
            };
        };
        responses: {
            /** @description The service account after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    exportMyData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your data */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonalData"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwkSet"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    loginFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginFactorRequest"];
            };
        };
        responses: {
            /** @description Logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    enrolAtLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginEnrolment"];
            };
        };
        responses: {
            /** @description The secret, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginTotp"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    confirmEnrolmentAtLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginEnrolmentConfirmation"];
            };
        };
        responses: {
            /** @description Logged in; from now on the login asks for a code */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledTokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    beginPasskeyEnrolmentAtLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginPasskeyEnrolment"];
            };
        };
        responses: {
            /** @description What the browser is asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginPasskeySetup"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    enrolPasskeyAtLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginPasskeyRegistration"];
            };
        };
        responses: {
            /** @description Logged in; from now on the login asks for the passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledTokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    beginPasskeyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the passkey signs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    loginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyAnswer"];
            };
        };
        responses: {
            /** @description Logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LogoutRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    endMySession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listMySessions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your live sessions */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    endMyOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    endUserSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listUserSessions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user's live sessions */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    authorizeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["DeviceAuthorizationRequest"];
            };
        };
        responses: {
            /** @description The codes of the device and of the user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceAuthorizationResponse"];
                };
            };
            /** @description `unauthorized_client`, `invalid_scope`, `invalid_target`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client` */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    pushAuthorizationRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["PushedAuthorizationRequest"];
            };
        };
        responses: {
            /** @description The request is kept */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushedAuthorizationResponse"];
                };
            };
            /** @description `invalid_dpop_proof`, `unauthorized_client`, `invalid_scope`, `invalid_target`, `registration_not_supported`, `request_not_supported`, `unsupported_response_type`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client` */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description Tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenEndpointResponse"];
                };
            };
            /** @description `invalid_grant`, `mfa_required`, `invalid_dpop_proof`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_target`, `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client` */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description The token is no longer valid */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client` */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectionRequest"];
            };
        };
        responses: {
            /** @description The state of the token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntrospectionResponse"];
                };
            };
            /** @description `invalid_dpop_proof`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client`; `token_missing` Authentication required; `invalid_token` Invalid token */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listRevocations: {
        parameters: {
            query?: {
                /** @description The `cursor` of the last answer; without it, all that matters now */
                since?: string;
            };
            header?: {
                /** @description The ETag of an earlier answer: the same state is answered 304 (RFC 9110 §13.1.2) */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 1,000 revocations, oldest first */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocations"];
                };
            };
            /** @description The state is the one of `If-None-Match` */
            304: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_dpop_proof`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_client`; `token_missing` Authentication required; `invalid_token` Invalid token */
            401: {
                headers: {
                    /** @description `Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getUserinfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the scopes of the token allow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Userinfo"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    postUserinfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["UserinfoRequest"];
            };
        };
        responses: {
            /** @description What the scopes of the token allow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Userinfo"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getAuthorizationServerMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationServerMetadata"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getOpenIdConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationServerMetadata"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getProtectedResourceMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtectedResourceMetadata"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnProof"];
            };
        };
        responses: {
            /** @description The tokens of the session, signed in now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listMyApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your keys, without their secrets */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createMyApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKeyRequest"];
            };
        };
        responses: {
            /** @description The key; `key` is shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getMyApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteMyApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeMyApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyChange"];
            };
        };
        responses: {
            /** @description The key as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createMyApiKeySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyRotation"];
            };
        };
        responses: {
            /** @description The key with its new secret, shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteMyApiKeySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                secret_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeUserApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listUserApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user's keys, without their secrets */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeUserApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeLeakedApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakedKeysRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["LeakedKeysRequest"];
            };
        };
        responses: {
            /** @description Whatever was a key works no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listServiceAccountApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, without their secrets */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createServiceAccountApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKeyRequest"];
            };
        };
        responses: {
            /** @description The key; `key` is shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedServiceAccountApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getServiceAccountApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteServiceAccountApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createServiceAccountApiKeySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyRotation"];
            };
        };
        responses: {
            /** @description The key with its new secret, shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedServiceAccountApiKey"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteServiceAccountApiKeySecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                key_id: string;
                /** @description UUIDv7 */
                secret_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listMyConsents: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you allowed, the newest applications first */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    withdrawMyConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `client_id` that its requests carry */
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients, without their secrets */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClient"];
            };
        };
        responses: {
            /** @description The client, with its secret shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedClient"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client, without its secrets */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientChange"];
            };
        };
        responses: {
            /** @description The client after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeClientTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listClientSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most two, without their texts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientSecrets"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createClientSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientSecretRotation"];
            };
        };
        responses: {
            /** @description The new secret, shown once */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedClientSecret"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteClientSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description UUIDv7 */
                secret_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listClientRefusals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reasons, with how often and when */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientRefusals"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listApiResources: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of APIs */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiResourcePage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createApiResource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiResource"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiResource"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getApiResource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The API */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiResource"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteApiResource: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeApiResource: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiResourceChange"];
            };
        };
        responses: {
            /** @description The API after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiResource"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    registerClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientRegistrationRequest"];
            };
        };
        responses: {
            /** @description What was taken of the metadata, and the `client_id` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientRegistration"];
                };
            };
            /** @description `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_dpop_proof`, `invalid_request`; or the problem `malformed_request` for a bad Host or a broken percent-encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listPermissions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
                /** @description Permissions whose name begins with this text */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of permissions */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PermissionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createPermission: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPermission"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Permission"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getPermission: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `resource:action` */
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The permission */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Permission"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deletePermission: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `resource:action` */
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listRoles: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
                /** @description Roles whose name begins with this text */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of roles */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolePage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createRole: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description The role after the change */
            200: {
                headers: {
                    /** @description The revision of this state, for If-Match (RFC 9110 §8.8.3) */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    addRolePermission: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
                /** @description `resource:action` */
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role has the permission */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    removeRolePermission: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
                /** @description `resource:action` */
                permission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role no longer has the permission, unless it inherits it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    addRoleParent: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
                /** @description The name of the role to inherit from */
                parent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role inherits from the parent */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    removeRoleParent: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description A role's name */
                role: string;
                /** @description The name of the role to inherit from */
                parent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role no longer inherits directly from the parent */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    previewRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleContents"];
            };
        };
        responses: {
            /** @description What would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolePreview"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listRoleExclusions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of exclusions */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleExclusionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    createRoleExclusion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRoleExclusion"];
            };
        };
        responses: {
            /** @description The new exclusion */
            201: {
                headers: {
                    /** @description The created resource (RFC 9110 §10.2.2) */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleExclusion"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    deleteRoleExclusion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    enterAdminArea: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You may enter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Greeting"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    grantRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description Granted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked, or the user did not have the role */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listUserPermissions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of permissions, by name */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectivePermissionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    grantServiceAccountRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description Granted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    revokeServiceAccountRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1) */
                "If-Match"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
                /** @description A role's name */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked, or the service account did not have the role */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            412: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listServiceAccountPermissions: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of permissions, by name */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectivePermissionPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    evaluate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluationRequest"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    evaluateSeveral: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluationsRequest"];
            };
        };
        responses: {
            /** @description The decisions, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationsResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    searchSubjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectSearchRequest"];
            };
        };
        responses: {
            /** @description A page of subjects */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectSearchResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    searchActions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionSearchRequest"];
            };
        };
        responses: {
            /** @description A page of actions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionSearchResponse"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            408: components["responses"]["Problem"];
            413: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            415: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getAuthzenConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthzenConfiguration"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Items per page; 50 by default */
                page_size?: number;
                /** @description `next_page_token` of the previous page */
                page_token?: string;
                /** @description The user who acted */
                actor_id?: string;
                /** @description The user whom the event is about, or whose session it is about */
                user_id?: string;
                /** @description The object of the action; together with `subject_id` */
                subject_type?: "user" | "service_account" | "session" | "role" | "role_exclusion" | "permission" | "invitation" | "key" | "client" | "api_resource" | "export" | "mail" | "logout_token" | "installation";
                /** @description With `subject_type` */
                subject_id?: string;
                /** @description The action */
                action?: "api_key.created" | "api_key.renamed" | "api_key.revoked" | "api_key.rotated" | "api_key.secret_deleted" | "api_resource.changed" | "api_resource.created" | "api_resource.deleted" | "audit.details_expired" | "client.changed" | "client.created" | "client.deleted" | "client.disabled" | "client.enabled" | "client.rotated" | "client.secret_deleted" | "client.tokens_revoked" | "consent.granted" | "consent.withdrawn" | "data.exported" | "data.imported" | "data.restored" | "factor.added" | "factor.enrolled" | "factor.refused" | "factor.removed" | "factor.reset" | "factor.rested" | "invitation.created" | "invitation.revoked" | "key.created" | "key.resealed" | "key.retired" | "key.rotated" | "login.failed" | "logout_token.retried" | "mail.retried" | "passkey.counter_regressed" | "passkey.renamed" | "permission.created" | "permission.deleted" | "recovery_code.used" | "recovery_codes.created" | "role.changed" | "role.created" | "role.deleted" | "role.granted" | "role.parent_added" | "role.parent_removed" | "role.permission_added" | "role.permission_removed" | "role.revoked" | "role_exclusion.created" | "role_exclusion.deleted" | "secret.reset" | "service_account.changed" | "service_account.created" | "service_account.deleted" | "service_account.disabled" | "service_account.enabled" | "session.code_reused" | "session.created" | "session.reauthenticated" | "session.refresh_reused" | "session.revoked" | "user.changed" | "user.deleted" | "user.disabled" | "user.email_change_requested" | "user.email_verified" | "user.enabled" | "user.imported" | "user.password_changed" | "user.password_refused" | "user.password_reset" | "user.reclaimed" | "user.registered" | "user.sessions_revoked" | "user.unlocked";
                /** @description Whether the action succeeded or failed */
                outcome?: "success" | "failure";
                /** @description Exclusive */
                occurred_after?: string;
                /** @description Exclusive */
                occurred_before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit log */
            200: {
                headers: {
                    /** @description The next page (RFC 8288); absent on the last page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    proveAuditEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proof, as far as there is one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventProof"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getAuditVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    verifyAuditLog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun; ask for the state */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getHome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    listProblemTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The problem types, sorted by status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemTypes"];
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getProblemType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The problem type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemType"];
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            400: components["responses"]["Problem"];
            414: components["responses"]["Problem"];
            500: components["responses"]["Problem"];
        };
    };
}

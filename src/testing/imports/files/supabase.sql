--
-- PostgreSQL database dump
--

SET statement_timeout = 0;

--
-- Data for Name: identities; Type: TABLE DATA
--

COPY auth.identities (id, user_id) FROM stdin;
1	2
\.


COPY auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, invited_at, confirmation_token, confirmation_sent_at, recovery_token, recovery_sent_at, email_change_token_new, email_change, email_change_sent_at, last_sign_in_at, raw_app_meta_data, raw_user_meta_data, is_super_admin, created_at, updated_at, phone, phone_confirmed_at, phone_change, phone_change_token, phone_change_sent_at, email_change_token_current, email_change_confirm_status, banned_until, reauthentication_token, reauthentication_sent_at, is_sso_user, deleted_at, is_anonymous) FROM stdin;
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000001	authenticated	authenticated	sbb.1@example.com	$2a$04$pUhUAbaD9TVEqN1eYlhrRe66kR4nVZhuMoeCkSXRZL7pHgKD3RvOW	2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	\N		\N	f	\N	f
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000002	authenticated	authenticated	sbb.2@example.com		2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "google"}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	\N		\N	f	\N	f
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000003	authenticated	authenticated	sbb.3@example.com	$2a$04$wRUtJPcTNA5dNQbnbjLGmeaWzFYE6PAQgE7PHNK9LGUIxG6GVP9tW	\N	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	2100-01-01 00:00:00+00		\N	f	\N	f
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000004	authenticated	authenticated	sbb.4@example.com	$2a$04$HUyZe9WED36YNqX8fqC/puvbIWnLrfztR83LQa13u4I8gKvxa703K	2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	\N		\N	f	2024-01-01 00:00:00+00	f
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000005	authenticated	authenticated	\N	\N	2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	15551234567	\N			\N		0	\N		\N	f	\N	t
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000006	authenticated	authenticated	sbb.6@example.com	$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=CzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHW+yBFao+02f4jSG2St9wBJg==$ZmlyZWJhc2VzYWx0$36PhCMxnytbjwTAp8nmlITdvXzW0vSN2eVdVUxTx8KY20uEaAjry+NlugSPBZA/73oswhL48ByNEzOMn9nGyaA==	2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{"name": "a\\tb \\"c\\""}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	\N		\N	f	\N	f
00000000-0000-0000-0000-000000000000	5b0a1c3e-0000-4000-8000-b00000000007	authenticated	authenticated	sbb.7@example.com	$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$aLaJqQFb5f1CILsf1cTEp4693N1unODGCdcToVVKvPA	2023-05-01 10:00:00.123456+00	\N		\N		\N			\N	\N	{"provider": "email", "providers": ["email"]}	{}	\N	2023-05-01 09:59:59.5+00	2023-05-02 10:00:00+00	\N	\N			\N		0	\N		\N	f	\N	f
\.


--
-- PostgreSQL database dump complete
--


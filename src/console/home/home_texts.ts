const english = {
  title: "Home",
};

type HomeTexts = typeof english;

const german: HomeTexts = {
  title: "Übersicht",
};

export const homeTexts: Readonly<Record<"en" | "de", HomeTexts>> = { en: english, de: german };

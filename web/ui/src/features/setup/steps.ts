// The steps after the administrator, in order. Each is a section that the settings have as well.
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { SetupSteps } from "@/lib/wire";

type Step = {
  id: Exclude<keyof SetupSteps, "administrator">;
  title: MessageDescriptor;
  component: LazyExoticComponent<ComponentType>;
};

export const STEPS: readonly Step[] = [
  {
    id: "pbx",
    title: msg`АТС`,
    component: lazy(async () => ({
      default: (await import("@/features/pbx-links/pbx-section")).PbxSection,
    })),
  },
  {
    id: "people",
    title: msg`Люди и телефоны`,
    component: lazy(async () => ({
      default: (await import("./people-step")).PeopleStep,
    })),
  },
  {
    id: "clients",
    title: msg`Клиенты`,
    component: lazy(async () => ({
      default: (await import("@/features/settings/import-section")).ImportSection,
    })),
  },
];

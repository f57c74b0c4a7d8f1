import { create } from "zustand";

export const useKeysHelp = create<{ isOpen: boolean }>(() => ({ isOpen: false }));

export const openKeysHelp = (): void => useKeysHelp.setState({ isOpen: true });
export const closeKeysHelp = (): void => useKeysHelp.setState({ isOpen: false });

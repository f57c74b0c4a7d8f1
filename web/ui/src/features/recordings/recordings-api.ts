import { answerOf, api } from "@/lib/api";

export const recordingKey = (id: string) => ["recording", id] as const;

export const fetchRecording = (id: string) =>
  answerOf(api.GET("/api/recordings/{recording_id}", { params: { path: { recording_id: id } } }));

export const audioAddress = (id: string): string => `/api/recordings/${id}/audio`;

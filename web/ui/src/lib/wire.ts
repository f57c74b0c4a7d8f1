// The shapes that cross the wire, under the names the interface uses for them.
import type { components } from "@/generated/api";

type Schemas = components["schemas"];

export type Named = { id: string; name: string };
export type Session = Schemas["SessionView"];
export type User = Schemas["UserView"];
export type Language = User["language"];
export type Theme = User["theme"];

export type Client = Schemas["ClientView"];
export type ClientSummary = Schemas["ClientSummary"];
export type ClientKind = Client["kind"];
export type NewClient = Schemas["NewClient"];
export type ClientChange = Omit<Schemas["ClientChange"], "version">;
export type TimelineItem = Schemas["ActivityView"];

export type Pipeline = Schemas["PipelineView"];
export type Stage = Schemas["StageView"];
export type Deal = Schemas["DealView"];
export type NewDeal = Schemas["NewDeal"];
export type DealChange = Omit<Schemas["DealChange"], "version">;
export type DealBoard = Schemas["DealBoard"];
export type DealColumn = Schemas["StageColumn"];
export type MoneySum = Schemas["CurrencySum"];
export type Task = Schemas["TaskView"];
export type NewTask = Schemas["NewTask"];
export type TaskChange = Omit<Schemas["TaskChange"], "version">;

export type MissedCall = Schemas["MissedCallView"];
export type Promised = Schemas["PromiseView"];
export type WorkingHours = Schemas["WorkingHours-Output"];

export type Call = Schemas["CallView"];
export type Board = Schemas["BoardView"];
export type BoardAgent = Schemas["BoardAgent"];
export type AgentLine = Schemas["AgentLine"];
export type PauseReason = Schemas["PauseReasonView"];
export type SharedDesk = Schemas["SharedDeskView"];
export type BoardQueue = Schemas["BoardQueue"];
export type BoardCall = Schemas["BoardCall"];
export type RecordingRef = Schemas["RecordingRef"];
export type Recording = Schemas["RecordingView"];
export type CallDirection = Schemas["Direction"];
export type CallResult = Schemas["CallResult"];
export type Disposition = Schemas["DispositionView"];
export type MyDay = Schemas["AgentDay"];

export type Card = Schemas["Card"];
export type Baton = Schemas["Baton"];
export type CallTrace = Schemas["TraceView"];
export type Candidate = Schemas["Candidate"];
export type Fact = Card["facts"][number];
export type LastContact = Schemas["LastContact"];
export type PbxLink = Schemas["LinkView"];
export type SnapshotCall = Schemas["LiveCallView"];
export type PushMessage = Schemas["PushMessage"];
export type TabMessage = Schemas["TabMessage"];
export type PhoneLabel = NonNullable<Schemas["NewPhone"]["label"]>;

export type Account = Schemas["AccountView"];
export type NewAccount = Schemas["NewAccount"];
export type AccountChange = Schemas["AccountChange"];
export type Role = User["role"];
export type TeamEntry = Schemas["TeamEntry"];
export type TeamChange = Schemas["TeamChange"];
export type AuditEntry = Schemas["AuditView"];
export type QueueSetting = Schemas["QueueSettingView"];
export type QueueSettingInput = Schemas["QueueSettingInput"];
export type IgnoredNumber = Schemas["IgnoredNumberView"];
export type NewIgnoredNumber = Schemas["NewIgnoredNumber"];
export type Office = Schemas["OfficeView"];
export type OfficeChange = Schemas["OfficeChange"];
export type ImportJob = Schemas["ImportView"];
export type ImportPreview = Schemas["ImportPreview"];
export type Setup = Schemas["SetupView"];
export type SetupSteps = Schemas["SetupSteps"];
export type NewAdministrator = Schemas["NewAdministrator"];
export type NewPipeline = Schemas["NewPipeline"];
export type PipelineChange = Schemas["PipelineChange"];
export type KeptPbxLink = Schemas["PbxLinkView"];
export type PbxLinkInput = Schemas["PbxLinkInput"];
export type PbxLinkChange = Schemas["PbxLinkChange"];
export type PbxTest = Schemas["PbxTest"];
export type PbxTestReport = Schemas["PbxTestReport"];
export type PbxTestStep = Schemas["PbxTestStep"];
export type PbxEndpoint = Schemas["PbxEndpoint"];
export type NumberExplained = Schemas["NumberExplained"];
export type PhoneRung = Schemas["PhoneRung"];
export type Order = Schemas["OrderView"];
export type NewCall = Schemas["NewCall"];
export type CallTransfer = Schemas["CallTransfer"];
export type Colleague = Schemas["ColleagueSeat"];
export type CallLimit = Schemas["CallLimitView"];

"""Which events of Asterisk are wanted, which are passed over unread, and which are known at all."""


def _names(*lines: str) -> frozenset[bytes]:
    return frozenset(name.encode() for line in lines for name in line.split())


UNWANTED = _names(
    # several a second for each call, and nothing about people
    "RTCPSent RTCPReceived TestEvent CEL DeviceStateChange Newexten ChannelTalkingStart",
    "ChannelTalkingStop VarSet DTMFBegin DTMFEnd JitterBufStats FAXStatus MCID",
    # programs of the dialplan
    "AGIExecStart AGIExecEnd AsyncAGIStart AsyncAGIExec AsyncAGIEnd AOC-D AOC-E AOC-S",
    # the security log
    "SuccessfulAuth ChallengeSent ChallengeResponseFailed InvalidPassword InvalidAccountID",
    "InvalidTransport FailedACL AuthMethodNotAllowed RequestBadFormat RequestNotAllowed",
    "RequestNotSupported SessionLimit SessionTimeout UnexpectedAddress LoadAverageLimit",
    "MemoryLimit",
    # anybody who may write to the PBX can say these in any words
    "UserEvent",
)

VARIABLES = frozenset((b"MIXMONITOR_FILENAME", b"TOUCH_MIXMONITOR_OUTPUT"))
"""The only variables of a channel that are let through: where a recording is written."""

BOOKKEEPING = _names(
    "AGI EAGI NoOp Set MSet SetAMAFlags Verbose Log Goto GotoIf GotoIfTime Gosub GosubIf Return",
    "StackPop Macro MacroExit MacroIf Exec ExecIf TryExec While EndWhile ContinueWhile ExitWhile",
    "Wait UserEvent CELGenUserEvent ResetCDR ForkCDR NoCDR SetCallerPres ChanIsAvail DumpChan",
)
"""Steps of the dialplan that nobody hears: the others tell what a caller is listening to."""

KNOWN = _names(
    "AgentCalled AgentComplete AgentConnect AgentDump AgentLogin AgentLogoff AgentRingNoAnswer",
    "Alarm AlarmClear AorDetail AttendedTransfer AuthDetail BlindTransfer BridgeCreate",
    "BridgeDestroy BridgeEnter BridgeInfoChannel BridgeInfoComplete BridgeLeave BridgeMerge",
    "BridgeVideoSourceUpdate Cdr ConfbridgeEnd ConfbridgeJoin ConfbridgeLeave ConfbridgeMute",
    "ConfbridgeRecord ConfbridgeStart ConfbridgeStopRecord ConfbridgeTalking ConfbridgeUnmute",
    "ContactStatus ContactStatusDetail CoreShowChannel CoreShowChannelsComplete",
    "DeadlockStart DeviceStateListComplete DialBegin DialEnd DialState DNDState",
    "EndpointDetail EndpointDetailComplete EndpointList EndpointListComplete",
    "ExtensionStateListComplete",
    "ExtensionStatus FlashEvent Flash FullyBooted Hangup HangupHandlerPop HangupHandlerPush",
    "HangupHandlerRun HangupRequest Hold IdentifyDetail ListDialplan Load LocalBridge",
    "LocalOptimizationBegin LocalOptimizationEnd LogChannel MeetmeJoin MeetmeLeave",
    "MessageWaiting MiniVoiceMail MixMonitorMute MixMonitorStart MixMonitorStop MonitorStart",
    "MonitorStop MusicOnHoldStart MusicOnHoldStop MWIGet NewAccountCode NewCallerid",
    "NewConnectedLine Newchannel Newstate OriginateResponse ParkedCall ParkedCallGiveUp",
    "ParkedCallSwap ParkedCallTimeOut PeerStatus Pickup PresenceStateChange PresenceStatus",
    "QueueCallerAbandon QueueCallerJoin QueueCallerLeave QueueEntry QueueMember",
    "QueueMemberAdded QueueMemberPause QueueMemberPenalty QueueMemberRemoved",
    "QueueMemberRinginuse QueueMemberStatus QueueParams QueueStatusComplete QueueSummary",
    "QueueSummaryComplete Registry Reload Rename Shutdown SoftHangupRequest SpanAlarm",
    "SpanAlarmClear Status StatusComplete TransportDetail UnParkedCall Unhold Unload Wink",
)

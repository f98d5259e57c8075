%% Runs supervision trees in real time and writes down what happened to them.
%%
%% The file of cases holds terms {'case', Id, Phase, Levels, Workers, Crashes, Poison, Until}: Levels are
%% {Strategy, Intensity, Period}, Workers their restart types, Crashes {Time, Worker, Reason}, Poison is
%% none or {init_fail | crash_after, From, To, Delay}. Times are milliseconds from the start of the case,
%% which lies Phase ms after a whole second of the monotonic clock. Workers and levels count from zero.
-module(supervision_driver).
-behaviour(supervisor).
-behaviour(application).
-export([main/1, init/1, start/2, stop/1, start_worker/2, init_worker/3]).

%% all IN OUT: every case at the same time, each tree under a process of its own.
%% application TYPE IN OUT: the one case as an application of this node, which may end with it.
main(["all", In, Out]) ->
    logger:set_primary_config(level, none),
    {ok, Cases} = file:consult(In),
    Self = self(),
    Runs = [{Id, spawn(fun() -> Self ! {done, self(), run(Case)} end)}
            || {'case', Id, _, _, _, _, _, _} = Case <- Cases],
    Lines = [receive {done, Pid, Line} -> [Id, $\t, Line, $\n] end || {Id, Pid} <- Runs],
    ok = file:write_file(Out, Lines),
    halt(0);
main(["application", Type, In, Out]) ->
    logger:set_primary_config(level, none),
    {ok, [{'case', _, _, _, Workers, Crashes, _, Until} = Case]} = file:consult(In),
    {ok, File} = file:open(Out, [write]),
    Tree = prepare(Case, fun(Line) -> file:write(File, [Line, $\n]) end),
    await(Tree, 0),
    ok = application:load({application, live, [{mod, {?MODULE, Tree}}]}),
    ok = application:start(live, list_to_existing_atom(Type)),
    plan(Tree, Crashes, Until),
    follow(Tree, none),
    write(Tree, {alive, alive(Tree, Workers)}),
    %% The node's end, if it comes, comes from the application controller.
    timer:sleep(4000),
    write(Tree, node_lives),
    halt(0).

start(_, Tree) -> supervisor:start_link(?MODULE, {Tree, 0}).
stop(_) -> ok.

run({'case', _, _, _, Workers, Crashes, _, Until} = Case) ->
    process_flag(trap_exit, true),
    Log = ets:new(log, [public, ordered_set]),
    Tree = prepare(Case, fun(Line) -> ets:insert(Log, {erlang:unique_integer([monotonic]), Line}) end),
    await(Tree, 0),
    case supervisor:start_link(?MODULE, {Tree, 0}) of
        {ok, Top} -> ok;
        {error, _} -> Top = none
    end,
    plan(Tree, Crashes, Until),
    follow(Tree, Top),
    write(Tree, {alive, alive(Tree, Workers)}),
    case is_pid(Top) of true -> unlink(Top), exit(Top, kill); false -> ok end,
    lists:join($\t, [Line || {_, Line} <- ets:tab2list(Log)]).

prepare({'case', _, Phase, Levels, Workers, _, Poison, _}, Write) ->
    Now = erlang:monotonic_time(millisecond),
    Origin = (Now - mod(Now, 1000)) + 2000 + Phase,
    #{origin => Origin, levels => list_to_tuple(Levels), workers => Workers, poison => Poison,
      write => Write, pids => ets:new(pids, [public])}.

mod(A, B) -> ((A rem B) + B) rem B.

%% {send_after, abs} takes monotonic milliseconds: no drift.
await(#{origin := Origin}, Time) ->
    erlang:send_after(Origin + Time, self(), awaited, [{abs, true}]),
    receive awaited -> ok end.

plan(#{origin := Origin}, Crashes, Until) ->
    [erlang:send_after(Origin + Time, self(), {crash, I, Worker, Reason}, [{abs, true}])
     || {I, {Time, Worker, Reason}} <- lists:zip(lists:seq(0, length(Crashes) - 1), Crashes)],
    erlang:send_after(Origin + Until, self(), over, [{abs, true}]).

follow(Tree, Top) ->
    receive
        {crash, I, Worker, Reason} ->
            case pid(Tree, Worker) of
                none -> write(Tree, {crash, I, Worker, miss});
                Pid -> write(Tree, {crash, I, Worker, hit}), Pid ! {finish, Reason}
            end,
            follow(Tree, Top);
        {'EXIT', Top, Reason} -> write(Tree, {top_down, Reason}), follow(Tree, Top);
        {'EXIT', _, _} -> follow(Tree, Top);
        over -> ok
    end.

pid(#{pids := Pids}, Worker) ->
    case ets:lookup(Pids, Worker) of
        [{_, Pid}] -> case is_process_alive(Pid) of true -> Pid; false -> none end;
        [] -> none
    end.

alive(Tree, Workers) ->
    [W || W <- lists:seq(0, length(Workers) - 1), pid(Tree, W) =/= none].

%% A line is the microsecond since the origin and a term without spaces.
write(#{origin := Origin, write := Write}, Term) ->
    Time = erlang:monotonic_time(microsecond) - Origin * 1000,
    Write(io_lib:format("~b ~0p", [Time, Term])).

%% Supervisors: each level holds the next one, the last one the workers.
init({#{levels := Levels, workers := Workers} = Tree, Level}) ->
    Self = self(),
    write(Tree, {supervisor_start, Level}),
    spawn(fun() ->
        Ref = erlang:monitor(process, Self),
        receive {'DOWN', Ref, process, _, Reason} -> catch write(Tree, {supervisor_down, Level, why(Reason)}) end
    end),
    {Strategy, Intensity, Period} = element(Level + 1, Levels),
    Children = case Level + 1 < tuple_size(Levels) of
        true -> [#{id => below, type => supervisor, restart => permanent,
                   start => {supervisor, start_link, [?MODULE, {Tree, Level + 1}]}}];
        false -> [#{id => {worker, W}, restart => Restart, start => {?MODULE, start_worker, [Tree, W]}}
                  || {W, Restart} <- lists:zip(lists:seq(0, length(Workers) - 1), Workers)]
    end,
    {ok, {#{strategy => Strategy, intensity => Intensity, period => Period}, Children}}.

%% A supervisor whose child does not start in its init ends with {shutdown, Details}.
why({shutdown, _}) -> failed_to_start;
why(Reason) when is_atom(Reason) -> Reason;
why(_) -> other.

start_worker(Tree, Worker) -> proc_lib:start_link(?MODULE, init_worker, [self(), Tree, Worker]).

init_worker(Parent, #{origin := Origin, poison := Poison, pids := Pids} = Tree, Worker) ->
    Time = erlang:monotonic_time(microsecond) / 1000 - Origin,
    Start = fun(Delay) ->
        write(Tree, {worker_start, Worker}),
        ets:insert(Pids, {Worker, self()}),
        proc_lib:init_ack(Parent, {ok, self()}),
        live(Tree, Worker, Delay)
    end,
    case Poison of
        {init_fail, From, To, _} when Time >= From, Time < To ->
            write(Tree, {worker_fail, Worker}),
            proc_lib:init_ack(Parent, {error, poisoned});
        {crash_after, From, To, Delay} when Time >= From, Time < To -> Start(Delay);
        _ -> Start(infinity)
    end.

live(Tree, Worker, Delay) ->
    receive
        {finish, crash} -> exit(crashed);
        {finish, Reason} -> exit(Reason)
    after Delay ->
        write(Tree, {poison_crash, Worker}),
        exit(crashed)
    end.

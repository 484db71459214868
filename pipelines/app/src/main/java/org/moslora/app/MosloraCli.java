package org.moslora.app;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.ErrorPrinter;
import org.moslora.console.progress.ExitCode;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Visible;
import org.moslora.layers.Engine;
import org.moslora.layers.NativeCalls;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program. Exit codes: 0 done, 1 the work failed, 2 the input is wrong; 128 and the number of a signal that ended it. */
@Command(
        name = "moslora",
        description = "Fine-tune vision-language models with mixtures of subspaces.",
        subcommands = {
            TrainVerb.class,
            EvaluateVerb.class,
            ChatVerb.class,
            GenerateVerb.class,
            MergeVerb.class,
            ConvertVerb.class,
            ExportVerb.class,
            InspectVerb.class,
            CheckVerb.class,
            ServeVerb.class,
            CaptionVerb.class,
            RecipeVerb.class,
            SchemaVerb.class,
            CompletionVerb.class,
            WorldVerb.class,
            CompareVerb.class,
            QuickstartVerb.class,
            StudioVerb.class,
            DoctorVerb.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = MosloraCli.Version.class,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        synopsisSubcommandLabel = "VERB")
public final class MosloraCli implements Runnable {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
    private boolean debug;

    private final Crew crew;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    MosloraCli(Crew crew) {
        this.crew = crew;
    }

    /** Who does what can be shared. */
    Crew crew() {
        return crew;
    }

    /** Says which version this is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = MosloraCli.class.getPackage().getImplementationVersion();
            return new String[] {"moslora " + (version == null ? "development" : version)};
        }
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(System.out);
        }
    }

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> ErrorPrinter.tell(thrown, System.err, false));
        Signals.listen();
        ChildProcess.watch();
        NativeCalls.stopAtExit();
        System.exit(StopRequest.exitCode(run(arguments)));
    }

    /** Runs a command line; its exit code. */
    public static int run(String... arguments) {
        return run(Crew.OWN, arguments);
    }

    /** Runs a command line whose shared work a crew does; its exit code. */
    public static int run(Crew crew, String... arguments) {
        Visible.install();
        Engine.stayOffline();
        return FieldName.spelled(field -> "--" + field, () -> ended(crew, arguments));
    }

    private static int ended(Crew crew, String... arguments) {
        MosloraCli program = new MosloraCli(crew);
        try {
            Arguments.mustBeWhole(arguments);
            return execute(program, arguments);
        } catch (InvalidInput | Error thrown) {
            // Such as memory that ran out: what throws an error is not asked by the command line's own rules.
            return ErrorPrinter.tell(thrown, System.err, program.debug).number();
        }
    }

    private static int execute(MosloraCli program, String... arguments) {
        CommandLine line = line(program);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (StopRequest.isEnding()) {
                return ExitCode.FAILED.number();
            }
            ExitCode code = ErrorPrinter.tell(thrown, System.err, program.debug);
            return code.number();
        });
        line.setParameterExceptionHandler((wrong, given) -> {
            System.err.println("error: " + wrong.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, System.err);
            System.err.println(
                    "see moslora " + wrong.getCommandLine().getCommandName().replace("moslora", "") + " --help");
            return ExitCode.WRONG_INPUT.number();
        });
        return line.execute(arguments);
    }

    /** The command line, with its rules of reading. */
    static CommandLine line(MosloraCli program) {
        CommandLine line = new CommandLine(program);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOverwrittenOptionsAllowed(true);
        return line;
    }
}

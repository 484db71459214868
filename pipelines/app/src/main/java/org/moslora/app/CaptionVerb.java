package org.moslora.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.ExitCode;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Writable;
import org.moslora.tuning.caption.CaptionRequest;
import org.moslora.tuning.caption.CaptionSummary;
import org.moslora.tuning.caption.Captioning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code moslora caption}. */
@Command(
        name = "caption",
        description = "Describe every picture of a folder: NAME.txt beside it, never over a text that somebody wrote.",
        mixinStandardHelpOptions = true)
final class CaptionVerb implements Callable<Integer> {
    private static final String USUAL = "Describe this picture in one sentence.";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "The folder of pictures.")
    private Path images = Path.of("");

    @Option(names = "--prompt", defaultValue = USUAL, paramLabel = "P", description = "Default: ${DEFAULT-VALUE}")
    private String prompt = USUAL;

    @Option(names = "--max-new-tokens", defaultValue = "77", paramLabel = "N", description = "Of a text.")
    private int maxNewTokens = 77;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Override
    public Integer call() {
        if (!sampling.areValid() || maxNewTokens < 1 || prompt.isBlank()) {
            throw new InvalidInput(
                    "caption",
                    "--prompt must say something, --temperature be at least 0, --top-p above 0 and at most 1,"
                            + " --max-new-tokens at least 1");
        }
        Writable.folder("--images", images);
        CaptionRequest request =
                new CaptionRequest(images, prompt, sampling.of(maxNewTokens), model.names(), model.quiet());
        CaptionSummary summary = new Captioning(request, () -> model.open(null, null, false), model.messages()).run();
        Printed.line(spec, summary.json());
        if (summary.failed() == 0) {
            return ExitCode.DONE.number();
        }
        System.err.println("error: " + summary.failed() + " of " + summary.pictures()
                + " pictures got no text; the same" + " command tries them again");
        return ExitCode.FAILED.number();
    }
}

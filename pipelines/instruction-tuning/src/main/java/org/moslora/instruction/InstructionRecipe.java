package org.moslora.instruction;

import java.nio.file.Path;
import java.util.List;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.llama.LlamaFolder;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;
import org.moslora.tuning.TuningDataBlock;
import org.moslora.tuning.TuningRecipe;

/** A recipe of this pipeline. */
public record InstructionRecipe(
        @Meaning("instruction-tuning") String pipeline,

        @Meaning("a Hugging Face folder of a text model: llama, mistral, qwen2")
        @MustExist(MustExist.Thing.MODEL_FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu, cuda or cuda:N") String device,
        @Default("{}") AdapterBlock adapter,
        @Default("{}") TrainingBlock training,
        TuningDataBlock data,
        @Default("{}") ValidationBlock validation,

        @Default("[]") @Meaning("boards that show its curves: tensorboard, mlflow")
        List<ReportKind> report)
        implements TuningRecipe {
    /** What an adapter sits on when the recipe is silent: as in the paper's commonsense experiments. */
    private static final List<String> TARGETS = List.of("q_proj", "k_proj", "v_proj", "up_proj", "down_proj");

    /** How recipes of this pipeline are read. */
    static final RunRecipe<InstructionRecipe> READER = new RunRecipe<>(
            InstructionRecipe.class, TuningDataBlock.spellings(RecipeSpellings.all()), InstructionRecipe::output);

    public InstructionRecipe {
        report = List.copyOf(report);
        Problems problems = new Problems();
        adapter.checkHeld(training, problems);
        adapter.checkMoved(training.optimizer(), problems);
        problems.throwIfAny();
    }

    /** Makes a recipe in Java. */
    public static RecipeBuilder<InstructionRecipe> builder() {
        return READER.builder("instruction-tuning");
    }

    @Override
    public LlamaFolder open() {
        return LlamaFolder.open(model);
    }

    @Override
    public TrainedComponents trained() {
        return new TrainedComponents().add("adapter", adapter, TARGETS, training.learningRate(), "model.", "");
    }
}

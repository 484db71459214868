package org.moslora.app.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.llama.BackboneFolder;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.engine.OnnxLanguageModelFolder;
import org.moslora.onnx.engine.OnnxLanguageModelRunner;
import org.moslora.onnx.export.LanguageModelExport;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.WeightSource;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.ModelFolders;
import org.moslora.tuning.Processor;

/**
 * A model that is asked or scored on the CPU in fp32, on whichever engine is the faster one by a short measurement, which is
 * made once for a model, a machine and a number of threads.
 *
 * @param model the model's folder
 * @param adapters that are on
 * @param choice how conversations are spelt
 * @param scoring whether texts are scored; otherwise they are answered
 * @param threads of an operator
 */
public record ChosenLanguageModel(
        Path model, List<ScaledAdapter> adapters, Processor.Choice choice, boolean scoring, int threads) {
    public ChosenLanguageModel {
        adapters = List.copyOf(adapters);
    }

    /**
     * Opens it.
     *
     * @param messages hears which engine it is, and why
     * @throws InvalidInput naming everything that is wrong with model and adapters
     */
    public LoadedModel open(Messages messages) {
        Engine.start(threads);
        BackboneFolder folder = ModelFolders.open(model);
        LoadedModel torch = onTorch(folder, messages);
        try {
            String unfit = unfit(folder.weights());
            if (unfit.isEmpty()) {
                return faster(torch, CachedGraphs.of(model, Map.of("", folder.weights())), messages);
            }
            messages.tell("engine: torch; " + unfit);
            return torch;
        } catch (RuntimeException | Error failed) {
            torch.close();
            throw failed;
        }
    }

    private LoadedModel onTorch(BackboneFolder folder, Messages messages) {
        try {
            LoadedModel on = LoadedModel.of(folder, adapters, choice, Compute.cpu(), messages);
            return new LoadedModel(on.runner(), on.limits(), on.processor(), folder::close);
        } catch (RuntimeException | Error failed) {
            folder.close();
            throw failed;
        }
    }

    /** Why ONNX Runtime is out of the question, or nothing. */
    private static String unfit(WeightSource weights) {
        if (weights.names().stream().anyMatch(name -> weights.packed(name).isPresent())) {
            return "there are no graphs of quantised weights";
        }
        return CachedGraphs.lacking(weights.elements());
    }

    private LoadedModel faster(LoadedModel torch, CachedGraphs graphs, Messages messages) {
        RunSettings settings = RunSettings.of("cpu", threads);
        OnnxLanguageModelFolder folder;
        OnnxLanguageModelRunner onnx;
        try (LoadedAdapters given = LoadedAdapters.open(adapters)) {
            GraphAdapters.check(given);
            graphs.make(LanguageModelExport::write, messages);
            folder = OnnxLanguageModelFolder.open(graphs.folder());
            onnx = OnnxLanguageModelRunner.open(folder, adapters, settings);
        } catch (InvalidInput misfit) {
            messages.tell("engine: torch; " + misfit.getMessage());
            return torch;
        }
        try {
            AnswerTimer timer = new AnswerTimer(torch.processor().encoder(), scoring);
            boolean wins = graphs.areFaster(
                    timer.what(), threads, () -> timer.measure(torch.runner(), onnx), timer.what(), "", messages);
            (wins ? torch.runner() : onnx).close();
            return wins ? new LoadedModel(onnx, folder.limits(settings), torch.processor(), torch.files()) : torch;
        } catch (RuntimeException | Error failed) {
            onnx.close();
            throw failed;
        }
    }
}

using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>How a watch is shown.</summary>
internal interface IWatchView
{
    /// <summary>Shows a survey.</summary>
    void Show(SurveyResult result);

    /// <summary>The watch ends.</summary>
    void End();
}
